/** The state that decisions of this context are made on. */
import { requestCategory, researchProjectCategory, slotCategory } from "../../../domain/research/index.js";
import type { ResearchCommand, ResearchState } from "../../../domain/research/index.js";
import type { Loaded, StateLoader } from "../../../domain/kernel/commandHandler.js";
import { parseStreamName } from "../../../domain/kernel/streamName.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import type { ShortStreamsDeps } from "../../dynamodb/shortStreams.js";
import { isAsWritten } from "../../seal.js";
import { createStreamStates } from "../../streamStates.js";
import type { RowOfStream } from "../../streamStates.js";
import { fromProjectItem, fromRequestItem, fromRunItem, fromSlotItem, isOurs } from "./items.js";
import { queueKeys, requestKey } from "./keys.js";
import { researchFolding } from "./states.js";

/** Rows that a commit came between are read again so often; then the log is asked. */
const looks = 3;

/**
 * Creates the loader. A request comes from its two rows, read side by side: a request each for 100 of those that are asked for
 * in one step. Slots and projects come from their rows, one request for 100. What a submission begins is not read: should the
 * stream exist, the append finds out. A row that somebody edited decides nothing: then the log says what is so.
 */
export function createResearchStateLoader(deps: ShortStreamsDeps): StateLoader<ResearchState, ResearchCommand> {
  const states = createStreamStates({ ...deps, folding: researchFolding, isOurs });

  const ownRow = async (table: "market_intelligence_requests" | "market_intelligence_runs", key: Item) => {
    const item = await states.row(table, key);
    return item !== undefined && isOurs(item) ? item : undefined;
  };

  const loadRequest = async (streamId: string): Promise<Loaded<ResearchState>> => {
    const key = requestKey(parseStreamName(streamId).id);
    for (let look = 1; look <= looks; look += 1) {
      const [base, small] = await Promise.all([
        ownRow("market_intelligence_requests", key),
        ownRow("market_intelligence_runs", key),
      ]);
      if (base === undefined && small === undefined) return states.unwritten(streamId);
      if (base === undefined || small === undefined) continue;
      if (!isAsWritten(base) || !isAsWritten(small)) return states.fromLog(streamId);
      const [request, run] = [fromRequestItem(base), fromRunItem(small)];
      // Else a commit came between the reading of the two.
      if (request.version === run.requestVersion) {
        return { version: run.version, hash: run.hash, state: { kind: "request", request, run } };
      }
    }
    return states.fromLog(streamId);
  };

  return {
    async load(streamId, command) {
      if (command.type === "SubmitRequest") return states.unwritten(streamId);
      return parseStreamName(streamId).category === requestCategory
        ? loadRequest(streamId)
        : states.fromRow(streamId, rowOf(streamId));
    },

    covers: () => true,
  };
}

/** Where the state of a stream is as one row. */
function rowOf(streamId: string): RowOfStream<ResearchState> {
  const { category, id } = parseStreamName(streamId);
  const at = <Row extends { readonly version: number; readonly hash: string }>(
    key: Item,
    fromItem: (item: Item) => Row,
    toState: (row: Row) => ResearchState,
  ): RowOfStream<ResearchState> => ({
    table: "market_intelligence_queue",
    key,
    decode: (item) => {
      const row = fromItem(item);
      return { version: row.version, hash: row.hash, state: toState(row) };
    },
  });
  switch (category) {
    case slotCategory:
      return at(queueKeys.slot(id), fromSlotItem, (slot) => ({ kind: "slot", slot }));
    case researchProjectCategory:
      return at(queueKeys.project(id), fromProjectItem, (project) => ({ kind: "project", project }));
    default:
      throw new Error(`${streamId} has no row of its own`);
  }
}
