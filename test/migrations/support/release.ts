/**
 * Another release of the program: this one's sources with some lines exchanged, as a later commit would have them. Its commands run
 * in the test's process, its server in one of its own.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { rebuild } from "../../../src/cli/commands/rebuild.js";
import type { tables } from "../../../src/cli/commands/tables.js";
import type { verify } from "../../../src/cli/commands/verify.js";
import { addressIn } from "../../e2e/support/builtServer.js";
import { until } from "../../support/graphql/client.js";

/** Lines of a file below `src`, and what stands there in the other release. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

type Environment = Readonly<Record<string, string>>;

export interface RunningRelease {
  readonly url: string;
  readonly webSocketUrl: string;
  stop(): Promise<void>;
}

export interface Release {
  readonly tables: typeof tables;
  readonly rebuild: typeof rebuild;
  readonly verify: typeof verify;
  /** Starts its server. @throws with what it said where it ends instead. */
  start(environment: Environment): Promise<RunningRelease>;
  /** Stops its servers, and removes it. */
  close(): Promise<void>;
}

const project = join(import.meta.dirname, "..", "..", "..");
const commands = ["tables", "rebuild", "verify"] as const;

/** @throws Error where a line to be exchanged is not there once. */
export async function createRelease(changes: readonly Change[]): Promise<Release> {
  const home = await mkdtemp(join(tmpdir(), "opsledger-release-"));
  // Vitest leaves to Node what is below `node_modules`; else it would take all of it apart once more.
  const folder = join(home, "node_modules", "release");
  await mkdir(folder, { recursive: true });
  await symlink(join(project, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const changed = new Set(changes.map(({ file }) => join(project, "src", file)));
  await build({
    absWorkingDir: project,
    entryPoints: ["src/server/main.ts", ...commands.map((name) => `src/cli/commands/${name}.ts`)],
    outbase: "src",
    outdir: folder,
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    plugins: [
      {
        name: "changes",
        setup: (esbuild) =>
          esbuild.onLoad({ filter: /\.ts$/ }, async ({ path }) =>
            changed.has(path) ? { loader: "ts", contents: await changedText(path, changes) } : undefined,
          ),
      },
    ],
  });
  const load = (name: string): Promise<unknown> =>
    import(/* @vite-ignore */ pathToFileURL(join(folder, "cli", "commands", `${name}.js`)).href);
  const [ofTables, ofRebuild, ofVerify] = await Promise.all(commands.map(load));
  const running = new Set<RunningRelease>();
  return {
    // Made of the files of these types, with some lines exchanged.
    ...(ofTables as Pick<Release, "tables">),
    ...(ofRebuild as Pick<Release, "rebuild">),
    ...(ofVerify as Pick<Release, "verify">),
    start: async (environment) => {
      const server = await startServer(folder, environment, () => running.delete(server));
      running.add(server);
      return server;
    },
    close: async () => {
      for (const server of [...running]) await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function changedText(path: string, changes: readonly Change[]): Promise<string> {
  let text = await readFile(path, "utf8");
  for (const { file, from, to } of changes) {
    if (join(project, "src", file) !== path) continue;
    if (text.split(from).length !== 2) throw new Error(`src/${file} does not have these lines once: ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

async function startServer(folder: string, environment: Environment, onStop: () => void): Promise<RunningRelease> {
  const child = spawn(process.execPath, [join(folder, "server", "main.js")], {
    cwd: folder,
    env: { PATH: process.env["PATH"], PORT: "0", LOG_LEVEL: "warn", DATA_DIR: join(folder, "data"), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors, hasEnded] = ["", "", false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "close").then(() => (hasEnded = true));
  const started = { output: () => output };
  await until(() => output.includes("Stop with Ctrl-C") || hasEnded, 100_000);
  if (hasEnded) throw new Error(`the server ended: ${output}${errors}`);
  return {
    url: addressIn(started, "GraphQL"),
    webSocketUrl: addressIn(started, "WebSocket"),
    stop: async () => {
      onStop();
      child.kill("SIGTERM");
      await ended;
    },
  };
}
