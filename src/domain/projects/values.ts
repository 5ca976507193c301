/** The words of the projects context: sources, kinds of project events, batches and their limits. */
import { z } from "zod";
import { text, word } from "../kernel/text.js";

/** Where a project event comes from. The seed writes them in lower case. */
export const projectEventSources = ["GITHUB", "TRELLO", "SLACK", "GENERIC"] as const;
export type ProjectEventSource = (typeof projectEventSources)[number];

/** What happened, the same word whatever the source. Sources tell of more: that is kept as UNHANDLED. */
export const projectEventKinds = [
  "PUSH",
  "BRANCH_CREATED",
  "BRANCH_DELETED",
  "TAG_CREATED",
  "PULL_REQUEST_OPENED",
  "PULL_REQUEST_UPDATED",
  "PULL_REQUEST_MERGED",
  "PULL_REQUEST_CLOSED",
  "PULL_REQUEST_REOPENED",
  "REVIEW_REQUESTED",
  "REVIEW_APPROVED",
  "REVIEW_CHANGES_REQUESTED",
  "REVIEW_COMMENTED",
  "ISSUE_OPENED",
  "ISSUE_UPDATED",
  "ISSUE_CLOSED",
  "ISSUE_REOPENED",
  "COMMENT_ADDED",
  "RELEASE_PUBLISHED",
  "CHECK_SUCCEEDED",
  "CHECK_FAILED",
  "DEPLOYMENT_SUCCEEDED",
  "DEPLOYMENT_FAILED",
  "SECURITY_ALERT",
  "CARD_CREATED",
  "CARD_UPDATED",
  "CARD_MOVED",
  "CARD_COMPLETED",
  "CARD_REOPENED",
  "CARD_OVERDUE",
  "MEMBER_CHANGED",
  "MESSAGE_POSTED",
  "NOTE",
  "UNHANDLED",
] as const;
export type ProjectEventKind = (typeof projectEventKinds)[number];

/** CRITICAL: somebody should look now. LOW: nobody needs to hear of it alone. */
export const importances = ["CRITICAL", "NORMAL", "LOW"] as const;
export type Importance = (typeof importances)[number];

export const refTypes = [
  "REPOSITORY",
  "BRANCH",
  "TAG",
  "COMMIT",
  "PULL_REQUEST",
  "ISSUE",
  "RELEASE",
  "CHECK",
  "DEPLOYMENT",
  "BOARD",
  "LIST",
  "CARD",
  "CHANNEL",
  "THREAD",
  "OTHER",
] as const;
export type RefType = (typeof refTypes)[number];

/** What an assignment rule looks at: the place in the source that an event comes from. */
export const ruleFields = ["REPOSITORY", "BOARD", "CHANNEL", "LABEL"] as const;
export type RuleField = (typeof ruleFields)[number];

/** The project of events that no rule assigns. It is not batched, and only callers of all projects see it. */
export const unassigned = "unassigned";

/** How a signature was checked. NONE: an authenticated caller of the API brought the event. */
export const verificationSchemes = ["GITHUB_SHA256", "SLACK_V0", "TRELLO_SHA1", "STANDARD_WEBHOOKS", "NONE"] as const;
export type VerificationScheme = (typeof verificationSchemes)[number];

export const batchStatuses = ["SEALED", "SUMMARISED", "POSTED", "POST_FAILED", "SKIPPED"] as const;
/** Of a batch that is sealed. What waits for its batch is the open batch, which is no stream. */
export type BatchStatus = (typeof batchStatuses)[number];

/** Why a batch was sealed when it was. */
export const batchTriggers = ["COUNT", "AGE", "GAP", "CRITICAL", "LEADING", "OVERFLOW", "FLUSH"] as const;
export type BatchTrigger = (typeof batchTriggers)[number];

/** What is told at once, besides the summaries. */
export const notificationLevels = ["NONE", "CRITICAL", "ALL"] as const;
export type NotificationLevel = (typeof notificationLevels)[number];

/**
 * Why an event is not told of at once after all, but by its batch. TOO_MANY: the project had as many as it may in a minute.
 * REFUSED: the notifier will not take it. TOO_LATE: it could not be told in time. SWITCHED_OFF: the project wants none any
 * more. SUMMARISED: its batch's summary tells of it.
 */
export const notificationDropReasons = ["TOO_MANY", "REFUSED", "TOO_LATE", "SWITCHED_OFF", "SUMMARISED"] as const;
export type NotificationDropReason = (typeof notificationDropReasons)[number];

export const limits = {
  /** Two items for each event, and the batch with its row and its key: one DynamoDB transaction takes 100. */
  batchEvents: 45,
  /** Items of one `ingestProjectEvents`. */
  ingestItems: 100,
  title: 300,
  text: 4_000,
  url: 1_000,
  refs: 20,
  labels: 20,
  label: 100,
  person: 200,
  deliveryId: 200,
  subject: 300,
  rules: 500,
  reason: 1_000,
  /** Bytes of the original that are kept with the event; more goes to the object store. */
  eventDataBytes: 16_384,
  /** Levels of nesting of the original that are kept with the event. */
  eventDataDepth: 12,
} as const;

export const ProjectName = word("a project name", 100);
export const DeliveryId = z
  .string()
  .min(1, "must not be empty")
  .max(limits.deliveryId, `must have at most ${limits.deliveryId} characters`)
  .regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces");
export const Reason = text(limits.reason);
/** `C0123456789`, `#general` or the name of a channel. */
export const SlackChannel = z
  .string()
  .regex(/^#?[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, "must be a Slack channel id or name, such as C0123456789 or #releases");
/** The seed's form: `batch_20250602_1337`, with `_2` and so on for a minute's later batches (defect P8). */
export const BatchId = z
  .string()
  .regex(/^batch_\d{8}_\d{4}(_\d{1,6})?$/, "must be a batch id such as batch_20250602_1337");

/** A whole number within bounds, both included. */
function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.number(message).int(message).min(least, message).max(most, message);
}

/** Seconds. `gapSeconds`: sealed when nothing came for so long, at `maxAgeSeconds` at the latest. */
export const BatchPolicy = z
  .object({
    /** Sealed as soon as it has so many events (defect P10: this many are enough). */
    maxCount: whole(1, limits.batchEvents),
    /** Sealed when its oldest event is this old. */
    maxAgeSeconds: whole(5, 7 * 86_400),
    gapSeconds: whole(1, 86_400).optional(),
    /** Within these hours nothing is sealed by count, age or gap, and nothing is posted, but for what is critical. */
    quietHours: z
      .object({
        /** `22:00`, local time. */
        from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00"),
        to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 07:00"),
        /** IANA name such as Europe/Berlin. */
        timeZone: z.string().refine(isTimeZone, "must be an IANA time zone such as Europe/Berlin"),
      })
      .refine(({ from, to }) => from !== to, { message: "must not begin and end at the same time", path: ["to"] })
      .optional(),
    /** A critical event seals at once, also in quiet hours, unless it is told of at once anyway. */
    criticalBypass: z.boolean(),
    /** The first event after a time without any (`maxAgeSeconds`) is sealed alone, at once. */
    leadingFlush: z.boolean(),
  })
  .refine(({ gapSeconds, maxAgeSeconds }) => gapSeconds === undefined || gapSeconds <= maxAgeSeconds, {
    message: "must not be longer than maxAgeSeconds",
    path: ["gapSeconds"],
  });
export type BatchPolicy = z.infer<typeof BatchPolicy>;

/** Of a project that has set none: the seed's thresholds. */
export const defaultBatchPolicy: BatchPolicy = {
  maxCount: 10,
  maxAgeSeconds: 3_600,
  criticalBypass: true,
  leadingFlush: false,
};

function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 are no time zones: they know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The seed's word for a source: `github`. */
export function toSeedSource(source: ProjectEventSource): string {
  return source.toLowerCase();
}
