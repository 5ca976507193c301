/** Conventions of the sources that neither the compiler nor the import rules see. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { incidentEventFormats, incidentEventSchemas } from "../src/domain/incidents/index.js";
import { codec } from "../src/server/ledger.js";

const source = join(import.meta.dirname, "..", "src");

interface SourceFile {
  /** From src on. */
  readonly path: string;
  readonly text: string;
}

async function filesOf(folder: string): Promise<SourceFile[]> {
  const names = (await readdir(join(source, folder), { recursive: true })).filter((name) => name.endsWith(".ts"));
  return Promise.all(
    names.map(async (name) => ({
      path: join(folder, name),
      text: await readFile(join(source, folder, name), "utf8"),
    })),
  );
}

const domain = await filesOf("domain");
const all = await filesOf(".");
const isGenerated = ({ path }: SourceFile) => path.includes("generated");

const contexts = (await readdir(join(source, "domain"), { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe("the domain", () => {
  it("uses nothing of Node's: time, ids, digests and files come in through ports", () => {
    const offenders = domain.filter(({ text }) => /from "node:|import\("node:|require\(/.test(text));
    expect(domain.length).toBeGreaterThan(10);
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it.each(contexts)("%s has an index that says what it is about", async (context) => {
    const index = await readFile(join(source, "domain", context, "index.ts"), "utf8");
    const [comment = ""] = /^\/\*\*[\s\S]*?\*\//.exec(index) ?? [];
    const words = comment.replaceAll(/[/*]/g, " ").split(/\s+/).filter(Boolean);
    expect(words.length).toBeGreaterThanOrEqual(10);
  });
});

describe("stored events", () => {
  it("of every type have a format, known to the codec of the ledger", () => {
    const types = Object.keys(incidentEventSchemas).sort();
    expect(Object.keys(incidentEventFormats).sort()).toEqual(types);
    expect([...codec.versions.keys()]).toEqual(expect.arrayContaining(types));
  });

  it("are named in the past tense after what they happened to", () => {
    const owners = [
      "Incident|ProjectEvent|Batch|Project|AssignmentRule",
      "Activity|ActivityKind|Entity|EntityType|HealthFormula|Insight|Watch",
      "Request|Research",
      "Session",
    ].join("|");
    // A watch stands in a phase: WatchPending.
    const isNamed = new RegExp(
      `^(${owners})([A-Z][A-Za-z]*)?(ed|ver|ne|Set|Reset|Given|Taken|Sent|Left|Held|Pending|Recovering)$`,
    );
    expect([...codec.versions.keys()].filter((type) => !isNamed.test(type))).toEqual([]);
  });
});

describe("every source file", () => {
  it("says in its first line what it is for", () => {
    const silent = all.filter((file) => !isGenerated(file) && !file.text.startsWith("/**"));
    expect(all.length).toBeGreaterThan(80);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it("silences no check of its types or style", () => {
    const silencing = /eslint-disable|@ts-ignore|@ts-expect-error|@ts-nocheck/;
    expect(all.filter((file) => !isGenerated(file) && silencing.test(file.text)).map(({ path }) => path)).toEqual([]);
  });
});
