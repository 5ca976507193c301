/** Sends the facts of a file, a hundred at a time and several requests at once, and reports what became of each line. */
import { fields } from "./columns.js";
import type { Field } from "./columns.js";
import { reject, toFact } from "./fact.js";
import type { Fact } from "./fact.js";
import type { Source } from "./lines.js";
import { readRows } from "./rows.js";
import type { Rejection, RowOptions } from "./rows.js";

/** What became of one fact. */
export interface Recorded {
  readonly repeated: boolean;
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
}

export interface ImportDeps {
  readonly source: Source;
  readonly rows: RowOptions;
  /** Source of facts that name none. */
  readonly factSource: string;
  /** Records facts, at most `atOnce`; an answer for each, in their order. Undefined: only look at the form of the lines. */
  readonly record: ((facts: readonly Fact["input"][]) => Promise<readonly Recorded[]>) | undefined;
  readonly onRejected: (rejection: Rejection) => Promise<void>;
  readonly onProgress: (counts: ImportCounts) => void;
  readonly signal: AbortSignal;
}

export interface ImportCounts {
  /** The last line that was read. */
  readonly line: number;
  readonly recorded: number;
  readonly repeated: number;
  readonly rejected: number;
}

/** Facts of one request: as many as the API takes. */
export const atOnce = 100;
/** Requests under way at the same time. Facts of one entity go one request after the other: they meet on its stream. */
export const lanes = 4;

/** Throws where the file cannot be read, or a request fails; what was recorded until then stays, and is found when it runs again. */
export async function importFacts(deps: ImportDeps): Promise<ImportCounts> {
  const { source, onRejected, onProgress, signal } = deps;
  const counts = { line: 0, recorded: 0, repeated: 0, rejected: 0 };
  const refuse = async (rejection: Rejection) => {
    counts.rejected += 1;
    await onRejected(rejection);
  };
  const sendAll = async (facts: readonly Fact[]) => {
    for (const [index, { repeated, errors }] of (await send(deps, facts)).entries()) {
      const fact = facts[index];
      const [error] = errors;
      if (fact !== undefined && error !== undefined) await refuse(toRejection(fact, error));
      else if (repeated) counts.repeated += 1;
      else counts.recorded += 1;
    }
    onProgress(counts);
  };
  const queues = Array.from({ length: lanes }, () => createLane(sendAll));
  for await (const row of readRows(source.read(), deps.rows)) {
    signal.throwIfAborted();
    const found =
      "rejected" in row ? row : toFact(row.line, row.fields, { source: deps.factSource, digest: source.digest });
    if ("rejected" in found) await refuse(found.rejected);
    else await queues[laneOf(found.input.entityId)]?.add(found);
    counts.line = "rejected" in found ? found.rejected.line : found.line;
    if (counts.line % atOnce === 0) onProgress(counts);
  }
  await Promise.all(queues.map((queue) => queue.rest()));
  onProgress(counts);
  return counts;
}

async function send({ record }: ImportDeps, facts: readonly Fact[]): Promise<readonly Recorded[]> {
  if (record === undefined) return facts.map(() => ({ repeated: false, errors: [] }));
  const answers = await record(facts.map(({ input }) => input));
  if (answers.length !== facts.length) throw new Error(`${facts.length} facts were sent, ${answers.length} answered`);
  return answers;
}

/** The same lane for the same entity. */
function laneOf(entityId: string): number {
  let hash = 0;
  for (let index = 0; index < entityId.length; index += 1) hash = (hash * 31 + entityId.charCodeAt(index)) | 0;
  return Math.abs(hash) % lanes;
}

/** Collects facts, and sends them one request after the other. */
function createLane(sendAll: (facts: readonly Fact[]) => Promise<void>) {
  let waiting: Fact[] = [];
  let sending: Promise<void> = Promise.resolve();
  const flush = async () => {
    const facts = waiting;
    waiting = [];
    // Where the request before has failed this throws, and ends the import.
    await sending;
    sending = sendAll(facts);
    // Told to whoever awaits it next; until then it must not count as unhandled.
    sending.catch(() => undefined);
  };
  return {
    async add(fact: Fact): Promise<void> {
      waiting.push(fact);
      if (waiting.length >= atOnce) await flush();
    },
    async rest(): Promise<void> {
      if (waiting.length > 0) await flush();
      await sending;
    },
  };
}

function toRejection({ line, input }: Fact, { message, path }: Recorded["errors"][number]): Rejection {
  const field = path.find((name): name is Field => name in fields);
  const { dedupeId, ...said } = input;
  return reject(line, dedupeId.startsWith("import:") ? said : input, field, message);
}
