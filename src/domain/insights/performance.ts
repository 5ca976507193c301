/** What became of a rule's insights: an async projection, because all of them fold into one row. */
import { ofCategory } from "../kernel/feed.js";
import type { FeedEntry } from "../kernel/feed.js";
import type { AsyncProjection } from "../kernel/processing.js";
import { present } from "../kernel/present.js";
import { insightCategory, insightEventSchemas } from "./events.js";
import type { RulePerformance } from "./readModel.js";
import { insightTag } from "./views.js";

/** One row for each prediction type. Sums, sets and the greatest do not ask in which order. */
export const rulePerformanceProjection: AsyncProjection<RulePerformance> = {
  name: "rule-performance",
  keys: (entry) => {
    const ruleId = contributionOf(entry) === undefined ? undefined : predictionTypeOf(entry);
    return ruleId === undefined ? [] : [ruleId];
  },
  apply: (row, entry, key) => {
    const contribution = contributionOf(entry);
    return contribution === undefined ? row : add(row ?? noPerformance(key), contribution);
  },
};

export function noPerformance(ruleId: string): RulePerformance {
  return {
    ruleId,
    entityTypes: [],
    raised: 0,
    acknowledged: 0,
    resolved: 0,
    dismissed: 0,
    expired: 0,
    useful: 0,
    notUseful: 0,
    happened: 0,
    notHappened: 0,
    leadSeconds: 0,
  };
}

type Counts = Omit<RulePerformance, "ruleId" | "entityTypes" | "lastRaisedAt">;
type Contribution = Partial<Counts> & Partial<Pick<RulePerformance, "entityTypes" | "lastRaisedAt">>;

/** What one event adds; undefined where it means nothing here. */
function contributionOf(entry: FeedEntry): Contribution | undefined {
  const event = ofCategory(entry, insightCategory, insightEventSchemas);
  switch (event?.type) {
    case "InsightRaised":
      return { raised: 1, entityTypes: [event.data.entityType], lastRaisedAt: event.recordedAt };
    case "InsightAcknowledged":
      return { acknowledged: 1 };
    case "InsightResolved":
      return { resolved: 1 };
    case "InsightDismissed":
      return { dismissed: 1 };
    case "InsightExpired":
      return { expired: 1 };
    case "InsightFeedbackGiven": {
      const { useful, formerly } = event.data;
      return { useful: opinion(useful, formerly, true), notUseful: opinion(useful, formerly, false) };
    }
    case "InsightOutcomeScored": {
      const { happened, leadSeconds = 0 } = event.data;
      return happened ? { happened: 1, leadSeconds } : { notHappened: 1 };
    }
    default:
      return undefined;
  }
}

/** The last word of a person takes the place of the one before. */
function opinion(now: boolean, formerly: boolean | undefined, which: boolean): number {
  return (now === which ? 1 : 0) - (formerly === which ? 1 : 0);
}

/** Later events do not say what was predicted; the tags of their commit do. */
function predictionTypeOf({ tags }: FeedEntry): string | undefined {
  const prefix = insightTag.prediction("");
  return tags.after.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
}

function add(row: RulePerformance, part: Contribution): RulePerformance {
  const sum = (count: keyof Counts) => row[count] + (part[count] ?? 0);
  return present({
    ruleId: row.ruleId,
    entityTypes: [...new Set([...row.entityTypes, ...(part.entityTypes ?? [])])].sort(),
    raised: sum("raised"),
    acknowledged: sum("acknowledged"),
    resolved: sum("resolved"),
    dismissed: sum("dismissed"),
    expired: sum("expired"),
    useful: sum("useful"),
    notUseful: sum("notUseful"),
    happened: sum("happened"),
    notHappened: sum("notHappened"),
    leadSeconds: sum("leadSeconds"),
    lastRaisedAt: greatest(row.lastRaisedAt, part.lastRaisedAt),
  });
}

function greatest(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}
