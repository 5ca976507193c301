/** What `opsledger generate` writes is what is committed: neither the schema nor a reference drifts from the code. */
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { generate } from "../../src/cli/commands/generate.js";

const project = join(import.meta.dirname, "..", "..");
const reference = join("docs", "reference");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "opsledger-generate-"));
  await generate(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const pages = async (root: string) => (await readdir(join(root, reference))).sort();

it("the same reference pages are there, none left over", async () => {
  expect(await pages(project)).toEqual(await pages(folder));
});

it.each([
  "schema.graphql",
  join("docs", "operations", "metrics.md"),
  ...["configuration", "errors", "events", "graphql", "permissions", "tables"].map((page) =>
    join(reference, `${page}.md`),
  ),
])("%s is as the code writes it (npm run generate)", async (file) => {
  const [committed, written] = await Promise.all([project, folder].map((root) => readFile(join(root, file), "utf8")));
  expect(committed).toBe(written);
});
