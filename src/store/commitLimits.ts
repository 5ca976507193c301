/** What an append may hold, the same for every store: the bounds of one DynamoDB transaction. */
import { invalid } from "../domain/kernel/errors.js";
import type { AppendRequest, StreamPosition } from "../domain/kernel/eventStore.js";
import { lastVersion } from "../domain/kernel/event.js";

/** The most that the events of one commit may take as JSON: far below the 400 KB of an item. */
const maxCommitBytes = 256 * 1024;
/** The most items that one transaction writes. */
const maxTransactionItems = 100;

/** Throws a plain error for an append that no caller may make: a mistake in a program, not in an input. */
export function requireSoundRequest({ appends, unchanged = [] }: AppendRequest): void {
  for (const { commit, expectedVersion } of appends) {
    if (commit.events.length === 0) throw new Error(`a commit of ${commit.streamId} without events`);
    if (commit.version !== expectedVersion + 1) {
      throw new Error(`a commit of ${commit.streamId} at ${commit.version} does not follow version ${expectedVersion}`);
    }
  }
  const streams = [...appends.map(({ commit }) => commit.streamId), ...unchanged.map(({ streamId }) => streamId)];
  if (new Set(streams).size < streams.length) throw new Error("an append names one stream twice");
}

/** Throws a ValidationError where the JSON of a commit's events is too long. */
export function requireCommitFits(events: string): void {
  const bytes = Buffer.byteLength(events, "utf8");
  if (bytes > maxCommitBytes) {
    throw invalid("input", `is too large: ${bytes} bytes of events where ${maxCommitBytes} may be stored at once`);
  }
}

/** Throws a ValidationError where a transaction would write too many items. */
export function requireItemsFit(count: number): void {
  if (count > maxTransactionItems) {
    throw invalid("input", `changes too much: ${count} items where ${maxTransactionItems} may be written at once`);
  }
}

/** Where an append's commits end, unless the request says what a repeat is to be told. */
export function outcomeOf({ appends, outcome }: AppendRequest): readonly StreamPosition[] {
  return outcome ?? appends.map(({ commit }) => ({ streamId: commit.streamId, version: lastVersion(commit) }));
}
