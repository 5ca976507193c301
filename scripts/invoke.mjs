/**
 * Calls a bundled function as Lambda would, in a process that is as fresh as a new environment:
 * `node scripts/invoke.mjs dist/lambda/graphql event.json [times]`. Prints one line of JSON: what the first event got, and how long
 * things took, in milliseconds: from the start of the process to `imported` and to `answered`, and each later call.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

const [folder, eventFile, times = "1"] = process.argv.slice(2);
if (folder === undefined || eventFile === undefined || !/^[1-9]\d*$/.test(times)) {
  console.error("Usage: node scripts/invoke.mjs <folder of a bundled function> <file of an event> [times]");
  process.exit(2);
}
const event = await readFile(eventFile, "utf8");
const { handler } = await import(pathToFileURL(join(folder, "index.mjs")).href);
const imported = performance.now();
// Each call has its own copy: a handler may keep what it is given.
const invoke = () => handler(JSON.parse(event), contextOf(30_000));
const answer = await invoke().catch((error) => ({ error: String(error) }));
const answered = performance.now();
const warm = [];
for (let count = 1; count < Number(times); count += 1) {
  const begun = performance.now();
  await invoke();
  warm.push(performance.now() - begun);
}
const { rss } = process.memoryUsage();
process.stdout.write(`${JSON.stringify({ imported, answered, warm, rss, answer })}\n`, () => process.exit(0));

function contextOf(milliseconds) {
  const ends = performance.now() + milliseconds;
  return { awsRequestId: "local", getRemainingTimeInMillis: () => ends - performance.now() };
}
