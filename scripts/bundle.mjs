/**
 * `npm run bundle`: makes one file of each function, with everything that it needs, as Lambda takes it: `dist/lambda/<program>/index.mjs`
 * with the handler `index.handler`, beside it what is loaded on demand. Every `src/lambda/*.ts` that exports a handler is a
 * function. The same code gives the same bytes. `--only feeder,graphql`: only these. `--out dir`: elsewhere than in dist/lambda.
 * `--list`: only says which there are.
 */
import { build, transform } from "esbuild";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    out: { type: "string", default: "dist/lambda" },
    list: { type: "boolean", default: false },
  },
});
const out = resolve(root, values.out);
const only = values.only?.split(",");

/** Packages that are CommonJS inside ask for modules of Node by `require`, which modules of ECMAScript do not have. */
const banner = [
  'import { createRequire as __createRequire } from "node:module";',
  'import { fileURLToPath as __fileURLToPath } from "node:url";',
  "const require = __createRequire(import.meta.url);",
  'const __filename = __fileURLToPath(import.meta.url), __dirname = __fileURLToPath(new URL(".", import.meta.url));',
].join("\n");

/**
 * Whatever asks for graphql, and however, gets the one copy: types of another one are refused by it.
 * @type {import("esbuild").Plugin}
 */
const oneGraphql = {
  name: "one-graphql",
  setup: ({ onResolve }) => {
    const folder = dirname(require.resolve("graphql/package.json"));
    onResolve({ filter: /^graphql(\/.+)?$/ }, ({ path }) => {
      const [, inside = "index"] = /^graphql(?:\/(.+?)(?:\.m?js)?)?$/.exec(path) ?? [];
      return { path: join(folder, `${inside}.mjs`) };
    });
  },
};

/**
 * Types of GraphQL and errors are known by the names of their classes, which the bundle shortens. Only classes of ours have theirs
 * kept: to put right every function of every package takes a sixth of a start.
 * @type {import("esbuild").Plugin}
 */
const ownNames = {
  name: "own-names",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (path.includes("node_modules") || !/^(export )?(abstract )?class /m.test(text)) return undefined;
      const { code } = await transform(text, {
        ...{ loader: "ts", keepNames: true, sourcemap: "inline", sourcefile: path, sourcesContent: false },
        tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
      });
      return { contents: code, loader: "js" };
    });
  },
};

/**
 * Messages of zod in all its languages: they would be half of it.
 * @type {import("esbuild").Plugin}
 */
const englishOnly = {
  name: "english-only",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
  },
};

/**
 * What packages bring and nothing of ours uses: half of undici (an import of something else from it fails here, and belongs into this
 * list), and the compilers of schemas of Fastify (`src/server/app.ts` has its own).
 * @type {import("esbuild").Plugin}
 */
const onlyWhatIsUsed = {
  name: "only-what-is-used",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "only" }));
    onLoad({ filter: /^undici$/, namespace: "only" }, () => ({
      contents: [
        'export { default as Agent } from "undici/lib/dispatcher/agent.js";',
        'export { default as buildConnector } from "undici/lib/core/connect.js";',
        'export { default as errors } from "undici/lib/core/errors.js";',
      ].join("\n"),
      resolveDir: root,
    }));
    onResolve({ filter: /^@fastify\/(ajv|fast-json-stringify)-compiler$/ }, ({ path }) => ({
      path,
      namespace: "none",
    }));
    onLoad({ filter: /^/, namespace: "none" }, () => ({ contents: "export {};" }));
  },
};

/** @type {import("esbuild").BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  conditions: ["module"],
  mainFields: ["module", "main"],
  tsconfig: "tsconfig.json",
  minify: true,
  // Else graphql asks of each value whether it comes from a second copy.
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  charset: "utf8",
  banner: { js: banner },
  plugins: [oneGraphql, englishOnly, ownNames, onlyWhatIsUsed],
  logLevel: "warning",
};

async function bundle(program) {
  const folder = join(out, program);
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    ...common,
    entryPoints: { index: join("src/lambda", `${program}.ts`) },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    // What is loaded on demand stays apart: reading it would cost each start.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    // The page is made below, not by the function.
    external: ["@graphql-yoga/render-graphiql"],
  });
  await moveMaps(program, folder);
  // What the function says of itself where it is traced.
  const { version } = require("../package.json");
  await writeFile(join(folder, "package.json"), `${JSON.stringify({ type: "module", version })}\n`);
  if (program === "graphql") await writePlayground(folder);
  return measure(program, folder, metafile);
}

/** Maps are for people who read a stack, not for Lambda: they would be a third of what is deployed. */
async function moveMaps(program, folder) {
  const target = join(out, "maps", program);
  await rm(target, { recursive: true, force: true });
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith(".map")) continue;
    await mkdir(dirname(join(target, file)), { recursive: true });
    await rename(join(folder, file), join(target, file));
  }
}

/** Made once here: it is 9 MB, and a second's work. */
async function writePlayground(folder) {
  const { outputFiles } = await build({
    ...common,
    stdin: {
      contents: [
        'export { playgroundFileName, renderPlayground } from "./src/server/playground.ts";',
        'export { playgroundFor } from "./src/server/playgroundFor.ts";',
      ].join("\n"),
      resolveDir: root,
      loader: "ts",
    },
    packages: "external",
    write: false,
  });
  const maker = join(root, "node_modules/.cache/opsledger/playground.mjs");
  await mkdir(dirname(maker), { recursive: true });
  await writeFile(maker, outputFiles[0].contents);
  const { playgroundFileName, renderPlayground, playgroundFor } = await import(pathToFileURL(maker).href);
  await writeFile(join(folder, playgroundFileName), await renderPlayground(playgroundFor({ callers: "with tokens" })));
}

/** Bytes of what a start reads, and of everything that is deployed. */
async function measure(program, folder, metafile) {
  const atStart = new Set();
  const visit = (file) => {
    if (atStart.has(file)) return;
    atStart.add(file);
    for (const { path, kind } of metafile.outputs[file].imports)
      if (kind === "import-statement" && !isBuiltin(path)) visit(path);
  };
  const isBuiltin = (path) => metafile.outputs[path] === undefined;
  visit(relative(root, join(folder, "index.mjs")));
  const texts = await Promise.all([...atStart].map((file) => readFile(join(root, file))));
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return {
    program,
    startBytes: texts.reduce((sum, text) => sum + text.length, 0),
    startGzipBytes: texts.reduce((sum, text) => sum + gzipSync(text).length, 0),
    deployedBytes: sizes.reduce((sum, size) => sum + size, 0),
    files: files.length,
    largest: largestOf(metafile, atStart),
  };
}

/** The packages with the most bytes in what a start reads. */
function largestOf({ outputs }, atStart) {
  const bytes = new Map();
  for (const file of atStart) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[file].inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(input)?.[1] ?? "own code";
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return Object.fromEntries([...bytes].sort(([, one], [, other]) => other - one).slice(0, 12));
}

async function programsIn(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts")).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return names
    .filter((_, index) => /^export const (handler\b|\{ handler \})/m.test(texts[index]))
    .map((name) => basename(name, ".ts"));
}

const programs = (await programsIn(join(root, "src/lambda"))).filter((name) => only?.includes(name) ?? true);
if (values.list) {
  console.log(programs.join("\n"));
  process.exit(0);
}
const sizes = [];
for (const program of programs) sizes.push(await bundle(program));
await writeFile(join(out, "sizes.json"), `${JSON.stringify(sizes, undefined, 2)}\n`);
const kilobytes = (bytes) => `${Math.round(bytes / 1_024)} kB`;
console.table(
  sizes.map(({ program, startBytes, startGzipBytes, deployedBytes, files }) => ({
    program,
    start: kilobytes(startBytes),
    "start, gzip": kilobytes(startGzipBytes),
    deployed: kilobytes(deployedBytes),
    files,
  })),
);
