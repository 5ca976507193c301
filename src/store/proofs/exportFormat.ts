/** The lines of an export: a header, every commit with its place in the feed, idempotency records, counters, a trailer. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { lastVersion } from "../../domain/kernel/event.js";
import type { Recorded } from "../../domain/kernel/event.js";
import { eventHash } from "../../domain/kernel/hashChain.js";
import type { Digest } from "../../domain/kernel/hashChain.js";
import { storedEventsOf } from "../dynamodb/items.js";
import type { LedgerDigest } from "./ledgerDigest.js";

const count = z.number().int().min(0);
const item = z.record(z.string(), z.union([z.string(), z.number()]));

const header = z.object({
  opsledger: z.literal("export"),
  format: z.literal(1),
  feedLogs: z.number().int().min(1).max(64),
  /** Whether every event has a hash. @default false */
  hashed: z.boolean().optional(),
  /** The feed up to which commits are exported. */
  heads: z.array(count),
  exportedAt: z.string(),
});
const commit = z.object({
  /** The commit's item of `domain-events`, as it is. */
  commit: item,
  log: count,
  position: z.number().int().min(1),
  /** The whole feed just behind the commit. */
  heads: z.array(count),
});
const record = z.object({ record: item });
const counter = z.object({ counter: z.object({ processor: z.string(), partition: z.string(), value: count }) });
const trailer = z.object({
  end: z.object({
    commits: count,
    events: count,
    records: count,
    /** As verify prints it for a ledger that holds just this. */
    digest: z.string(),
    /** sha256 of all lines before, each with its line end. */
    sha256: z.string(),
  }),
});

export type ExportHeader = z.infer<typeof header>;
export type ExportedCommit = z.infer<typeof commit>;
export type ExportedRecord = z.infer<typeof record>;
export type ExportedCounter = z.infer<typeof counter>;
export type ExportTrailer = z.infer<typeof trailer>;
export type ExportLine = ExportHeader | ExportedCommit | ExportedRecord | ExportedCounter | ExportTrailer;

/** The file is not a whole export, or not the one that was written. `line` counts from 1. */
export class ExportFileError extends Error {
  constructor(
    readonly line: number,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`line ${line}: ${problem}`, options);
    this.name = "ExportFileError";
  }
}

/** Reads one line. Throws {@link ExportFileError}. */
export function parseLine(text: string, number: number): ExportLine {
  try {
    const value: unknown = JSON.parse(text);
    const kind = ["opsledger", "commit", "record", "counter", "end"].find(
      (name) => typeof value === "object" && value !== null && name in value,
    );
    switch (kind) {
      case "opsledger":
        return header.parse(value);
      case "commit":
        return commit.parse(value);
      case "record":
        return record.parse(value);
      case "counter":
        return counter.parse(value);
      case "end":
        return trailer.parse(value);
      default:
        throw new Error("is no line of an export");
    }
  } catch (cause) {
    const message = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new ExportFileError(number, `cannot be read (${message.replaceAll(/\s+/g, " ").slice(0, 200)})`, { cause });
  }
}

/** A running hash of lines. */
export function createLineHash(): { add(line: string): void; value(): string } {
  const hash = createHash("sha256");
  return { add: (line) => void hash.update(line).update("\n"), value: () => hash.copy().digest("hex") };
}

/** Moves a digest of stream heads on by one commit; needs no memory of earlier ones. */
export function addCommit(digest: LedgerDigest, events: readonly Recorded[]): void {
  const [first] = events;
  const last = events.at(-1);
  if (first === undefined || last === undefined) return;
  const { streamId, version, previousHash } = first;
  if (version > 1) digest.remove({ streamId, version: version - 1, hash: previousHash });
  digest.add({ streamId, version: lastVersion({ version, events }), hash: last.hash });
}

/** The events of an exported commit. Throws {@link ExportFileError} where one is not the event that was hashed. */
export function eventsOf({ commit: stored }: ExportedCommit, digest: Digest, line: number): readonly Recorded[] {
  let events: readonly Recorded[];
  try {
    events = storedEventsOf(stored);
  } catch (cause) {
    throw new ExportFileError(line, "holds no commit", { cause });
  }
  for (const event of events) {
    if (event.hash !== "" && event.hash !== eventHash(event, event.previousHash, digest)) {
      throw new ExportFileError(line, `${event.streamId} version ${event.version} is not the event that was written`);
    }
  }
  return events;
}
