/** One stream of the log, proved by itself: versions, extents, schemas, hashes, tags; and folded into the rows it must have. */
import type { EventCodec } from "../../domain/kernel/codec.js";
import type { Commit, Recorded } from "../../domain/kernel/event.js";
import { canonicalJson, eventHash } from "../../domain/kernel/hashChain.js";
import type { Digest } from "../../domain/kernel/hashChain.js";
import { UnreadableItemError, fromCommitItem, isCommitItem, storedEventsOf } from "../dynamodb/items.js";
import type { Item } from "../dynamodb/rowWrite.js";
import { show } from "./difference.js";
import type { Difference } from "./difference.js";
import type { StoredStream } from "./logScan.js";
import type { StreamFold, VerifiedView } from "./verifiedView.js";

export interface StreamProof {
  readonly streamId: string;
  readonly commits: readonly Pick<Commit, "version" | "events">[];
  readonly events: number;
  /** Events of the time before there were hashes. */
  readonly unhashed: number;
  /** Version and hash of the last event. */
  readonly version: number;
  readonly hash: string;
  readonly differences: readonly Difference[];
  /** False where events are missing, cannot be read, or are not those that were written. */
  readonly sound: boolean;
  /** Absent where the stream has no view, or cannot be folded to its end. */
  readonly fold: StreamFold | undefined;
  /** The greatest number for the view's counter. */
  readonly greatest: number | undefined;
}

export interface ProofRules {
  readonly codec: EventCodec;
  readonly digest: Digest;
  readonly view: VerifiedView | undefined;
  /** Whether every event must have a hash; else those of the time before there were hashes have none. @default false */
  readonly hashed?: boolean | undefined;
}

/** Proves a stream as it was read. Pure; the fold that it leaves is the caller's. */
export function proveStream(
  { streamId, items }: StoredStream,
  { codec, digest, view, hashed = false }: ProofRules,
): StreamProof {
  const differences: Difference[] = [];
  const commits: Commit[] = [];
  const fold = view?.fold();
  let [version, hash, events, unhashed] = [0, "", 0, 0];
  let broken = false;
  let greatest: number | undefined;

  const report = (at: number, attribute: string, expected: string, found: string) =>
    differences.push({ kind: "LOG", where: `${streamId} version ${at}`, attribute, expected, found });

  const checkChain = (stored: readonly Recorded[]) => {
    for (const event of stored) {
      if (event.previousHash !== hash) report(event.version, "previousHash", show(hash), show(event.previousHash));
      if (event.hash === "") {
        unhashed += 1;
        if (hashed || hash !== "") report(event.version, "hash", "a hash", "none");
      } else {
        const expected = eventHash(event, event.previousHash, digest);
        if (event.hash !== expected) report(event.version, "hash", expected, event.hash);
      }
      hash = event.hash;
    }
  };

  const checkFold = (commit: Commit) => {
    if (fold === undefined || broken) return;
    const tags = fold.add(commit);
    if (canonicalJson(tags) !== canonicalJson(commit.tags))
      report(commit.version, "tags", show(tags), show(commit.tags));
    const number = view?.counter?.numberIn(commit);
    if (number !== undefined) greatest = Math.max(greatest ?? 0, number);
  };

  for (const item of items) {
    const first = Number(item["version"]);
    if (first !== version + 1) {
      report(version + 1, "version", "a commit", `nothing up to version ${first - 1}`);
      broken = true;
    }
    const read = readItem(item, codec);
    if ("problem" in read) {
      report(first, read.attribute, "what the format says", read.problem);
      broken = true;
      version = first + Math.max(1, Number(item["n"]) || 1) - 1;
      continue;
    }
    checkChain(read.stored);
    version = first + read.stored.length - 1;
    events += read.stored.length;
    if (read.commit === undefined) {
      report(first, "data", "what its schema says", read.problemOfData);
      broken = true;
      continue;
    }
    commits.push(read.commit);
    checkFold(read.commit);
  }
  // Tags that were made by earlier rules are no fault of the events.
  const sound = differences.every(({ attribute }) => attribute === "tags");
  const whole = broken ? undefined : fold;
  return { streamId, commits, events, unhashed, version, hash, differences, sound, fold: whole, greatest };
}

type ReadItem =
  | { readonly attribute: string; readonly problem: string }
  | { readonly stored: readonly Recorded[]; readonly commit: Commit; readonly problemOfData?: undefined }
  | { readonly stored: readonly Recorded[]; readonly commit: undefined; readonly problemOfData: string };

function readItem(item: Item, codec: EventCodec): ReadItem {
  if (!isCommitItem(item)) return { attribute: "events", problem: "no commit" };
  let stored: readonly Recorded[];
  try {
    stored = storedEventsOf(item);
  } catch (error) {
    return { attribute: "item", problem: causeOf(error) };
  }
  try {
    return { stored, commit: fromCommitItem(item, codec) };
  } catch (error) {
    return { stored, commit: undefined, problemOfData: causeOf(error) };
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof UnreadableItemError)) throw error;
  const { cause } = error;
  return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, " ").slice(0, 160);
}
