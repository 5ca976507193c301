/** The words of the projects context in the schema. */
import type {
  BatchStatus as BatchStatusValue,
  BatchTrigger as BatchTriggerValue,
  Importance as ImportanceValue,
  NotificationDropReason as NotificationDropReasonValue,
  NotificationLevel as NotificationLevelValue,
  ProjectEventKind as ProjectEventKindValue,
  ProjectEventSource as ProjectEventSourceValue,
  RefType as RefTypeValue,
  RuleField as RuleFieldValue,
  VerificationScheme as VerificationSchemeValue,
} from "../../domain/projects/index.js";
import { createEnum } from "../enums.js";

export const ProjectEventSource = createEnum<ProjectEventSourceValue>(
  "ProjectEventSource",
  "Where a project event comes from.",
  {
    GITHUB: "GitHub: repositories, pull requests, issues, checks.",
    TRELLO: "Trello: boards, lists and cards.",
    SLACK: "Slack: channels and messages.",
    GENERIC: "Anything else: a signed generic webhook, or the API.",
  },
);

export const ProjectEventKind = createEnum<ProjectEventKindValue>(
  "ProjectEventKind",
  "What happened, the same word whatever the source.",
  {
    PUSH: "Commits were pushed.",
    BRANCH_CREATED: "A branch was created.",
    BRANCH_DELETED: "A branch was deleted.",
    TAG_CREATED: "A tag was created.",
    PULL_REQUEST_OPENED: "A pull request was opened.",
    PULL_REQUEST_UPDATED: "A pull request was changed, or got more commits.",
    PULL_REQUEST_MERGED: "A pull request was merged.",
    PULL_REQUEST_CLOSED: "A pull request was closed without being merged.",
    PULL_REQUEST_REOPENED: "A pull request was opened again.",
    REVIEW_REQUESTED: "Somebody was asked for a review.",
    REVIEW_APPROVED: "A reviewer approved.",
    REVIEW_CHANGES_REQUESTED: "A reviewer wants changes.",
    REVIEW_COMMENTED: "A reviewer commented.",
    ISSUE_OPENED: "An issue was opened.",
    ISSUE_UPDATED: "An issue was changed.",
    ISSUE_CLOSED: "An issue was closed.",
    ISSUE_REOPENED: "An issue was opened again.",
    COMMENT_ADDED: "Somebody commented.",
    RELEASE_PUBLISHED: "A release was published.",
    CHECK_SUCCEEDED: "A check passed.",
    CHECK_FAILED: "A check failed.",
    DEPLOYMENT_SUCCEEDED: "A deployment went well.",
    DEPLOYMENT_FAILED: "A deployment failed.",
    SECURITY_ALERT: "A weakness or a leaked secret was found.",
    CARD_CREATED: "A card was created.",
    CARD_UPDATED: "A card was changed.",
    CARD_MOVED: "A card was moved to another list.",
    CARD_COMPLETED: "A card is done.",
    CARD_REOPENED: "A card is not done after all.",
    CARD_OVERDUE: "A card is past its date.",
    MEMBER_CHANGED: "Somebody came, left, or got another role.",
    MESSAGE_POSTED: "Somebody wrote a message.",
    NOTE: "Something that somebody found worth telling.",
    UNHANDLED: "The source told something that has no word here; the original is kept.",
  },
);

export const ProjectEventImportance = createEnum<ImportanceValue>(
  "ProjectEventImportance",
  "Who needs to hear of a project event.",
  {
    CRITICAL: "Somebody should look now.",
    NORMAL: "It belongs into the summary.",
    LOW: "Nobody needs to hear of it alone.",
  },
);

export const ProjectEventRefType = createEnum<RefTypeValue>("ProjectEventRefType", "What a reference points to.", {
  REPOSITORY: "A repository.",
  BRANCH: "A branch.",
  TAG: "A tag.",
  COMMIT: "A commit.",
  PULL_REQUEST: "A pull request.",
  ISSUE: "An issue.",
  RELEASE: "A release.",
  CHECK: "A check.",
  DEPLOYMENT: "A deployment.",
  BOARD: "A board.",
  LIST: "A list of a board.",
  CARD: "A card.",
  CHANNEL: "A channel.",
  THREAD: "A thread of messages.",
  OTHER: "Something else.",
});

export const AssignmentRuleField = createEnum<RuleFieldValue>(
  "AssignmentRuleField",
  "What an assignment rule looks at: the place in the source that an event comes from.",
  {
    REPOSITORY: "The repository, such as `acme/inventory-api`.",
    BOARD: "The board's id.",
    CHANNEL: "The channel's id.",
    LABEL: "Any label of the event.",
  },
);

export const VerificationScheme = createEnum<VerificationSchemeValue>(
  "VerificationScheme",
  "How it was proved that a delivery came from its source.",
  {
    GITHUB_SHA256: "GitHub's signature: HMAC-SHA256 of the body.",
    SLACK_V0: "Slack's signature, version v0, with its time.",
    TRELLO_SHA1: "Trello's signature: HMAC-SHA1 of the body and the callback address.",
    STANDARD_WEBHOOKS: "A signature as Standard Webhooks specifies it.",
    NONE: "By none: an authenticated caller of the API brought it.",
  },
);

export const WebhookSecret = createEnum<"CURRENT" | "PREVIOUS">(
  "WebhookSecret",
  "Which of two secrets a signature was made with; there are two while a secret is being replaced.",
  { CURRENT: "The one in use.", PREVIOUS: "The one before." },
);

export const BatchStatus = createEnum<BatchStatusValue>(
  "BatchStatus",
  "How far a sealed batch has come. What still waits for its batch is no batch yet: see `Project.openBatch`.",
  {
    SEALED: "Its events are settled; its summary is being written.",
    SUMMARISED: "It has a summary, and is being posted.",
    POSTED: "It was posted to its channel.",
    POST_FAILED: "Posting failed. `post.retryAt` says when it is tried again; without that a person must ask for it.",
    SKIPPED: "It was not posted: all of its events had been told at once, so that there was nothing new to tell.",
  },
);

export const BatchTrigger = createEnum<BatchTriggerValue>("BatchTrigger", "Why a batch was sealed when it was.", {
  COUNT: "It had as many events as the policy wants.",
  AGE: "Its oldest event was as old as the policy allows.",
  GAP: "Nothing had come for as long as the policy says.",
  CRITICAL: "A critical event came.",
  LEADING: "It was the first event after a quiet time.",
  OVERFLOW: "It had as many events as a batch can hold.",
  FLUSH: "Somebody asked for it.",
});

export const NotificationLevel = createEnum<NotificationLevelValue>(
  "NotificationLevel",
  "What is told at once, besides the summaries. What was told at once is not repeated in the summary.",
  { NONE: "Nothing.", CRITICAL: "Critical events.", ALL: "Every event." },
);

export const NotificationDropReason = createEnum<NotificationDropReasonValue>(
  "NotificationDropReason",
  "Why an event that was to be told of at once was left to its batch.",
  {
    TOO_MANY: "The project had as many as it may in a minute.",
    REFUSED: "The project's channel does not take it.",
    TOO_LATE: "It could not be told within ten minutes.",
    SWITCHED_OFF: "The project does not want it told at once any more.",
    SUMMARISED: "The summary of its batch tells of it.",
  },
);

export const ReceiptOrder = createEnum<"NEWEST_FIRST" | "OLDEST_FIRST">(
  "ReceiptOrder",
  "The order of project events, by receipt, or of batches, by sealing.",
  { NEWEST_FIRST: "The latest first.", OLDEST_FIRST: "The earliest first." },
);

/** What a follower of a project is told of an event. */
export type ProjectEventChangeValue = "RECEIVED" | "REASSIGNED" | "BATCHED" | "NOTIFIED" | "NOTIFICATION_DROPPED";
export const ProjectEventChange = createEnum<ProjectEventChangeValue>(
  "ProjectEventChange",
  "What happened to a project event.",
  {
    RECEIVED: "It came.",
    REASSIGNED: "It was moved to another project.",
    BATCHED: "It is in a batch now, for good.",
    NOTIFIED: "It was told of at once.",
    NOTIFICATION_DROPPED: "It was to be told of at once, and is left to its batch after all.",
  },
);

/** What a follower of batches is told. */
export type BatchChangeValue =
  | "SEALED"
  | "SUMMARISED"
  | "SUMMARY_REQUESTED"
  | "POST_STARTED"
  | "POSTED"
  | "POST_UPDATED"
  | "POST_FAILED"
  | "POST_RETRIED"
  | "POST_SKIPPED";
export const BatchChange = createEnum<BatchChangeValue>("BatchChange", "What happened to a batch.", {
  SEALED: "It was sealed.",
  SUMMARISED: "It got a summary, the first or another one.",
  SUMMARY_REQUESTED: "Somebody asked for another summary.",
  POST_STARTED: "It is being posted.",
  POSTED: "It was posted.",
  POST_UPDATED: "A later summary took the place of the posted one.",
  POST_FAILED: "Posting failed.",
  POST_RETRIED: "Somebody asked for another try at posting.",
  POST_SKIPPED: "It is not posted: all of its events had been told at once.",
});
