/** Entities with their facts, insights, rules and all that is kept of them, as the proofs know them. */
import {
  catalogCategory,
  catalogId,
  entityCategory,
  healthFormulaCategory,
  incidentSlotCategory,
  insightCategory,
  insightsProjection,
  parseWatchKey,
  ruleCategory,
  toEntityKey,
  toEntityStream,
  watchCategory,
} from "../../../domain/insights/index.js";
import type { InsightsEvent } from "../../../domain/insights/index.js";
import type { Commit, Recorded } from "../../../domain/kernel/event.js";
import { parseStreamName, toStreamName } from "../../../domain/kernel/streamName.js";
import type { Item } from "../../dynamodb/rowWrite.js";
import { verifiedViewsOf } from "../../proofs/verifiedView.js";
import type { RowOwnership } from "../../proofs/verifiedView.js";
import { isOfAsyncView } from "./asyncViews.js";
import { insightExpiry, isOurs } from "./items.js";
import { insightPartition, rulesKeys } from "./keys.js";
import { insightsFolding } from "./states.js";
import { insightViewWriters } from "./viewWriters.js";

const viewOf = verifiedViewsOf({ ...insightsFolding, projection: insightsProjection, writers: insightViewWriters });

const always = () => true;

/**
 * A kind of stream with one row in `iops-dashboard-rules`, at the key that follows from the stream's id: a stream that exists
 * has it there, and nowhere else. `idIn`: the id in a key; undefined for rows of other kinds.
 */
function ruleRowOf(category: string, idIn: (key: RulesKey) => string | undefined, keyOf: (id: string) => RulesKey) {
  const keyIn = (item: Item): RulesKey => ({ subject: String(item["subject"]), part: String(item["part"]) });
  const ownership: RowOwnership = {
    streamOf: (item) => {
      const id = isOurs(item) ? idIn(keyIn(item)) : undefined;
      return id === undefined ? undefined : toStreamName(category, id);
    },
    follows: (item) => {
      const { subject, part: at } = keyIn(item);
      const own = keyOf(idIn({ subject, part: at }) ?? "");
      return subject === own.subject && at === own.part;
    },
    isOfAsyncView,
  };
  return viewOf(category, { tables: { "iops-dashboard-rules": ownership } });
}

interface RulesKey {
  readonly subject: string;
  readonly part: string;
}

/** The id in a subject such as `slot#<id>`. */
const behind =
  (prefix: string) =>
  ({ subject }: RulesKey) =>
    subject.startsWith(prefix) ? subject.slice(prefix.length) : undefined;

const entityStreamOf = ({ entity_type: type, entity_id: id }: Item) =>
  toEntityStream(toEntityKey({ type: String(type), id: String(id) }));

/** Whether an insight is raised at the place of a row. */
function isPlaceOf({ pk, sk }: Item, { events }: Commit): boolean {
  const [raised] = events as readonly Recorded<InsightsEvent>[];
  return raised?.type === "InsightRaised" && insightPartition(raised.data.entityId) === pk && raised.data.place === sk;
}

/** Whether the commit is about the fact of a row. */
function isFactOf({ activity_id: id }: Item, { events }: Commit): boolean {
  return (events as readonly Recorded<InsightsEvent>[]).some(
    (event) => event.type === "ActivityRecorded" && event.data.activityId === id,
  );
}

export const insightVerifiedViews = [
  viewOf(entityCategory, {
    tables: {
      "iops-dashboard-metrics": {
        streamOf: (item) => (isOurs(item) ? entityStreamOf(item) : undefined),
        follows: always,
      },
      "iops-dashboard-tallies": {
        streamOf: (item) =>
          isOurs(item) && !isOfAsyncView(item) ? toEntityStream(String(item["entity_key"])) : undefined,
        partitionOf: (streamId) => parseStreamName(streamId).id,
        isOfAsyncView,
      },
      "iops-dashboard-activities": {
        streamOf: (item) => (isOurs(item) ? entityStreamOf(item) : undefined),
        fact: { versionOf: ({ version }) => Number(version), isIn: isFactOf },
      },
    },
  }),
  viewOf(insightCategory, {
    tables: {
      "iops-dashboard-insights": {
        // Its place is in the first event; a row that was copied to another one has no event behind it.
        streamOf: (item) => (isOurs(item) ? toStreamName(insightCategory, String(item["alert_id"])) : undefined),
        follows: isPlaceOf,
      },
    },
    expiryOf: (_item, state) =>
      state.kind === "insight" && state.insight !== undefined ? insightExpiry(state.insight) : undefined,
  }),
  ruleRowOf(
    catalogCategory,
    ({ subject }) => (subject === rulesKeys.catalog.subject ? catalogId : undefined),
    () => rulesKeys.catalog,
  ),
  ruleRowOf(
    healthFormulaCategory,
    ({ subject, part: type }) => (subject === rulesKeys.formulas(type).subject ? type : undefined),
    rulesKeys.formulas,
  ),
  ruleRowOf(
    ruleCategory,
    ({ subject, part: ruleId }) => (subject === rulesKeys.rule(ruleId).subject ? ruleId : undefined),
    rulesKeys.rule,
  ),
  ruleRowOf(watchCategory, behind("watch#"), (id) => rulesKeys.watch(parseWatchKey(id))),
  ruleRowOf(incidentSlotCategory, behind("slot#"), rulesKeys.slot),
];
