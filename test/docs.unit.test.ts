/** The documents say what is so: links lead somewhere, quotes are what they quote, named files and scripts exist. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { describeConfig } from "../src/config/config.js";

/*
 * A code block quotes a file where the comment `<!-- from path -->` stands above it: its lines are in the file, one after
 * the other. `<!-- from path#name -->` quotes what is between `// #region name` and `// #endregion`, without its common
 * indentation; `<!-- prettier-ignore -->` may follow. `UPDATE_DOCS=1 npx vitest run test/docs.unit.test.ts` writes regions anew into the documents.
 */

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...["docs", "examples"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
].filter((path) => !path.startsWith("docs/reference/"));

interface Block {
  readonly language: string;
  readonly text: string;
  /** What the comment above it says that it is from. */
  readonly from: { readonly path: string; readonly region: string | undefined } | undefined;
}

const fence =
  /(?:<!-- from (?<path>[^\s#]+)(?:#(?<region>\S+))? -->\n\n(?:<!-- prettier-ignore -->\n)?)?```(?<language>\w*)\n(?<text>[\s\S]*?)\n```/g;

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(fence)].map(({ groups = {} }) => {
    const { path, region, language = "", text = "" } = groups;
    return { language, text, from: path === undefined ? undefined : { path, region } };
  });
}

/** Lines without what all of them are indented by. */
function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const common = Math.min(...indents);
  return lines.map((line) => line.slice(common)).join("\n");
}

function regionOf(path: string, name: string): string | undefined {
  const lines = read(path).split("\n");
  const start = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  const end = lines.findIndex((line, index) => index > start && line.trim() === "// #endregion");
  return start < 0 || end < 0 ? undefined : dedent(lines.slice(start + 1, end));
}

/** Whether the lines of `quote` follow each other in the file, at any one indentation. */
function holds(path: string, quote: string): boolean {
  const lines = read(path).split("\n");
  const count = quote.split("\n").length;
  return lines.some((_, index) => dedent(lines.slice(index, index + count)) === quote);
}

function quoteProblem({ text, from }: Block): string | undefined {
  if (from === undefined) return undefined;
  const { path, region } = from;
  if (!existsSync(join(root, path))) return `${path} does not exist`;
  if (region === undefined) return holds(path, text) ? undefined : `${path} does not hold:\n${text}`;
  const source = regionOf(path, region);
  if (source === undefined) return `${path} has no region ${region}`;
  return source === text ? undefined : `${path}#${region} is now:\n${source}`;
}

function updateRegions(document: string): void {
  const updated = read(document).replaceAll(fence, (block: string, path?: string, region?: string) => {
    const source = path === undefined || region === undefined ? undefined : regionOf(path, region);
    return source === undefined
      ? block
      : block.replace(/(```\w*\n)[\s\S]*(\n```)$/, (_, open: string, close: string) => open + source + close);
  });
  writeFileSync(join(root, document), updated);
}

/** Text outside code blocks. */
const proseOf = (markdown: string) => markdown.replaceAll(/```[\s\S]*?\n```/g, "");

/** The anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[`*]/g, "")
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (path: string) =>
  [...proseOf(read(path)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

function linksOf(document: string): { readonly path: string; readonly anchor: string | undefined }[] {
  return [...proseOf(read(document)).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].map(
    ([, path = "", anchor]) => ({
      path: path === "" ? document : relative(root, join(root, dirname(document), path)),
      anchor,
    }),
  );
}

const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);
const builtIn = ["install", "start", "test"];

/** Commands of CDK, for stacks that there are, with settings that there are. */
function isKnownToCdk(command: string): boolean {
  const stack =
    "(?:[a-z][a-z0-9-]*-)?IOpsDashboard-(?:Core|Database|Intelligence|Api|Processing|Service|Monitoring)Stack";
  const settings = [...read("cdk/lib/settings.ts").matchAll(/^\s{2}(\w+): /gm)].map(([, name]) => name);
  const option = `--all|--import-existing-resources|--exclusively|-c (?:${settings.join("|")})=\\S+`;
  return new RegExp(`^npx cdk (?:bootstrap|deploy|diff|destroy|synth)(?: (?:${stack}|${option}))*$`).test(command);
}

/** Commands of a shell block that is quoted from nowhere: npm's own, scripts of package.json, and CDK's. */
function unknownCommands(text: string): string[] {
  return text
    .split("\n")
    .flatMap((line) => line.replace(/(^|\s)#.*$/, "").split("&&"))
    .map((command) => command.trim())
    .filter((command) => command !== "")
    .filter((command) => !isKnownToCdk(command))
    .filter((command) => {
      const [, script] = /^(?:[A-Z_]+=\S+ )*npm (?:run )?([\w:]+)/.exec(command) ?? [];
      return script === undefined || !(builtIn.includes(script) || scripts.includes(script));
    });
}

describe.each(documents)("%s", (document) => {
  const markdown = () => read(document);

  it("links to what exists", () => {
    const broken = linksOf(document).filter(
      ({ path, anchor }) =>
        !existsSync(join(root, path)) ||
        (anchor !== undefined && path.endsWith(".md") && !anchorsOf(path).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it("quotes code as it is", () => {
    if (process.env["UPDATE_DOCS"] === "1") updateRegions(document);
    expect(blocksOf(markdown()).flatMap((block) => quoteProblem(block) ?? [])).toEqual([]);
  });

  it("shows no code that nothing runs", () => {
    const loose = blocksOf(markdown()).filter(({ from }) => from === undefined);
    // Diagrams and what programs print may be written by hand; shell blocks only with npm's and CDK's commands.
    expect(loose.filter(({ language }) => !["sh", "text", "mermaid"].includes(language))).toEqual([]);
    const commands = loose.filter(({ language }) => language === "sh").flatMap(({ text }) => unknownCommands(text));
    expect(commands).toEqual([]);
    expect(
      markdown()
        .split("\n")
        .filter((line) => line.startsWith("```")).length,
    ).toBe(blocksOf(markdown()).length * 2);
  });

  it("names files and scripts that exist", () => {
    const named = [...proseOf(markdown()).matchAll(/`((?:src|test|bench|cdk|docs|examples|scripts)\/[\w./-]+)`/g)];
    expect(named.flatMap(([, path = ""]) => (existsSync(join(root, path)) ? [] : [path]))).toEqual([]);
    const run = [...proseOf(markdown()).matchAll(/`npm run ([\w:]+)/g)];
    expect(run.flatMap(([, script = ""]) => (scripts.includes(script) ? [] : [script]))).toEqual([]);
  });
});

it("every page can be reached from another", () => {
  const linked = new Set(
    documents.flatMap((document) => linksOf(document).flatMap(({ path }) => (path === document ? [] : [path]))),
  );
  expect(documents.filter((path) => path !== "README.md" && !linked.has(path))).toEqual([]);
});

describe("the tour", () => {
  const stops = read("docs/tour.md")
    .split(/^(?=## \d)/m)
    .slice(1);

  it.each(stops.map((stop) => [stop.split("\n")[0] ?? "", stop] as const))("%s", (_title, stop) => {
    // A stop opens a file, names what to look at there, and ends with what the reader now knows.
    const [, path = "", symbols = ""] = /^Open\s\[[^\]]+\]\(\.\.\/([^)]+)\):\s([\s\S]*?)\n\n/m.exec(stop) ?? [];
    expect(path).not.toBe("");
    const names = [...symbols.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !read(path).includes(name))).toEqual([]);
    expect(stop).toMatch(/^\*\*You now know\*\*\s/m);
  });

  it("numbers its stops from 1, without a gap", () => {
    expect(stops.map((stop) => Number(/^## (\d+)/.exec(stop)?.[1]))).toEqual(stops.map((_, index) => index + 1));
  });
});

describe("decisions", () => {
  const decisions = documents.filter((path) => path.startsWith("docs/adr/") && !path.endsWith("README.md"));

  it.each(decisions)("%s says what was to be decided, between what, what was chosen, and what it costs", (path) => {
    const headings = [...read(path).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(["Context", "Options", "Choice", "Cost"]);
  });

  it("are numbered without a gap and listed", () => {
    const names = decisions.map((path) => path.slice("docs/adr/".length)).sort();
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
    expect(linksOf("docs/adr/README.md").flatMap(({ path }) => (path.startsWith("docs/adr/0") ? [path] : []))).toEqual(
      decisions.sort(),
    );
  });
});

it(".env.example lists every variable with its default", () => {
  const listed = [...read(".env.example").matchAll(/^# ?([A-Z0-9_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
  expect(listed).toEqual(describeConfig().map((variable) => [variable.name, variable.default ?? ""]));
});
