/** The words of the research context in the schema. */
import type {
  ExtractionMode as ExtractionModeValue,
  FailureReason,
  LogLevel,
  LogQuery,
  Priority,
  RequestEvent,
  RequestQuery,
  RequestStatus,
  SourceType,
  Strategy,
} from "../../domain/research/index.js";
import { createEnum } from "../enums.js";

export const ResearchRequestStatus = createEnum<RequestStatus>(
  "ResearchRequestStatus",
  "How far a research request has come.",
  {
    PENDING: "It waits for a worker.",
    PROCESSING: "A worker has claimed it.",
    EXECUTING: "Its worker has started.",
    COMPLETED: "Its results are there.",
    FAILED: "It has come to nothing: see `failureReason`. Somebody may have it retried.",
    CANCELLED: "Somebody has ended it. It may be retried.",
  },
);

export const ResearchPriority = createEnum<Priority>(
  "ResearchPriority",
  "How soon a request is wanted. A quarter of an hour of waiting makes up for one level.",
  {
    HIGH: "Before those that came up to a quarter of an hour earlier with MEDIUM.",
    MEDIUM: "As they come.",
    LOW: "Behind those that come up to a quarter of an hour later with MEDIUM.",
  },
);

export const ProcessingStrategy = createEnum<Strategy>("ProcessingStrategy", "How workers hear of a request.", {
  TABLE: "They claim from the ledger.",
  SQS: "A queue tells them, and they claim it by its id.",
});

export const ExtractionMode = createEnum<ExtractionModeValue>("ExtractionMode", "How much of a page is kept.", {
  SUMMARY: "An excerpt.",
  FULL: "Its readable text.",
  METADATA: "Title and address only.",
});

export const ResearchSourceType = createEnum<SourceType>("ResearchSourceType", "What kind of source it is.", {
  GOVERNMENT: "Regulators and other authorities.",
  CLINICAL: "Clinical trials.",
  ACADEMIC: "Universities, institutes, journals.",
  NEWS: "News.",
  INDUSTRY: "Companies and their associations.",
  OTHER: "Anything else.",
});

export const ResearchLogLevel = createEnum<LogLevel>("ResearchLogLevel", "How much a log entry matters.", {
  DEBUG: "For those who look for a fault.",
  INFO: "What is done.",
  WARNING: "Something is not as it should be; also among the request's `warnings`.",
  ERROR: "Something failed; also among the request's `errors`.",
});

export const ResearchFailureReason = createEnum<FailureReason>("ResearchFailureReason", "Why a request has failed.", {
  ERROR: "Its attempts failed, as often as it may be tried, or once in a way that no other attempt mends.",
  STALLED: "Its workers vanished too often.",
  DEADLINE: "Its time was over.",
});

export type RequestOrderValue = RequestQuery["order"];
export const ResearchRequestOrder = createEnum<RequestOrderValue>(
  "ResearchRequestOrder",
  "The order of research requests.",
  {
    NEWEST_FIRST: "The latest first.",
    OLDEST_FIRST: "The earliest first.",
    PRIORITY: "High before medium before low, the earliest of each first; of one strategy only, named by the filter.",
  },
);

export type LogOrderValue = LogQuery["order"];
export const ResearchLogOrder = createEnum<LogOrderValue>("ResearchLogOrder", "The order of log entries.", {
  NEWEST_FIRST: "The latest first.",
  OLDEST_FIRST: "The earliest first.",
});

export type RequestChangeValue =
  | "SUBMITTED"
  | "QUEUED"
  | "DISPATCHED"
  | "PRIORITISED"
  | "CLAIMED"
  | "STARTED"
  | "PROGRESSED"
  | "LOGGED"
  | "ITEMS_ADDED"
  | "RELEASED"
  | "LEASE_EXPIRED"
  | "ATTEMPT_FAILED"
  | "FAILED"
  | "COMPLETED"
  | "CANCELLATION_REQUESTED"
  | "CANCELLED"
  | "RETRIED";
export const ResearchRequestChange = createEnum<RequestChangeValue>(
  "ResearchRequestChange",
  "What happened to a research request. Tolerate values you do not know: new ones may come.",
  {
    SUBMITTED: "It was submitted.",
    QUEUED: "Its time has come: workers may claim it.",
    DISPATCHED: "A message about it was given to the queue.",
    PRIORITISED: "It got another priority.",
    CLAIMED: "A worker has claimed it.",
    STARTED: "Its worker has started.",
    PROGRESSED: "Its worker says how far it is.",
    LOGGED: "Its worker has logged something.",
    ITEMS_ADDED: "Its worker has found something.",
    RELEASED: "Its worker gave it back.",
    LEASE_EXPIRED: "Nothing was heard of its worker for too long.",
    ATTEMPT_FAILED: "An attempt failed.",
    FAILED: "It has come to nothing.",
    COMPLETED: "Its results are there.",
    CANCELLATION_REQUESTED: "Somebody wants it to end; its worker is told.",
    CANCELLED: "Somebody has ended it.",
    RETRIED: "Somebody has it done once more.",
  },
);

/** What a follower is told of an event. */
export const requestChanges: Readonly<Record<RequestEvent["type"], RequestChangeValue>> = {
  RequestSubmitted: "SUBMITTED",
  RequestQueued: "QUEUED",
  RequestDispatched: "DISPATCHED",
  RequestPrioritised: "PRIORITISED",
  RequestClaimed: "CLAIMED",
  RequestStarted: "STARTED",
  RequestProgressed: "PROGRESSED",
  RequestLogged: "LOGGED",
  RequestItemsAdded: "ITEMS_ADDED",
  RequestReleased: "RELEASED",
  RequestLeaseExpired: "LEASE_EXPIRED",
  RequestAttemptFailed: "ATTEMPT_FAILED",
  RequestFailed: "FAILED",
  RequestCompleted: "COMPLETED",
  RequestCancellationRequested: "CANCELLATION_REQUESTED",
  RequestCancelled: "CANCELLED",
  RequestRetried: "RETRIED",
};
