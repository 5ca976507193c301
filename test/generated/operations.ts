import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant as RFC 3339 text. The zone is required on input; output is in UTC with milliseconds, such as 2025-01-15T10:30:00.000Z. */
  DateTime: { input: string; output: string; }
  /** A length of time as ISO 8601 text in hours, minutes and seconds, such as PT1H2M3.5S. Output only. */
  Duration: { input: string; output: string; }
  /** Any JSON value: what has no shape of its own here, or another one for each kind. */
  JSON: { input: unknown; output: unknown; }
};

/** An insight that somebody takes up. */
export type AcknowledgeInsightInput = {
  /** The insight: its global id or its `alertId`. */
  alertId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Something to note; at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
};

/** A health formula to be used from now on. */
export type ActivateHealthFormulaInput = {
  /** The type of entities. */
  entityType: Scalars['String']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Version of the formula; 1 is the built-in one. */
  formulaVersion: Scalars['Int']['input'];
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Which facts of an entity: all that is given must hold. */
export type ActivityFilter = {
  /** Happened at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of this kind, such as session. */
  kind?: InputMaybe<Scalars['String']['input']>;
  /** Happened before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A fact about an entity: something that happened. */
export type ActivityInput = {
  /** The source's own id of it, at most 200 characters without spaces: bringing it again changes nothing. Ids are per type of entity; those of signed deliveries are their own. */
  dedupeId?: InputMaybe<Scalars['String']['input']>;
  /** The entity, by its id such as stu_4532, of at most 120 characters, or its global id. */
  entityId: Scalars['ID']['input'];
  /** Groups that it counts for, too, such as sub_algebra; at most 5. */
  groups?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** What happened: a kind of activity, such as session, ib_call or rating. */
  kind: Scalars['String']['input'];
  /** Something to note; at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** When it happened, to the second; now where not given. At most 60 seconds ahead. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Where it comes from, such as zoom; at most 60 characters, `api` where not given. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** Its value, for kinds that have one and for these only; at most three digits behind the point. */
  value?: InputMaybe<Scalars['Float']['input']>;
};

/** What kind of actor did something. */
export type ActorKind =
  /** Opsledger itself, by a rule. */
  | 'SYSTEM'
  /** A person, or a program that acts for one. */
  | 'USER';

/** A new assignment rule. */
export type AddAssignmentRuleInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** What of the event is looked at. */
  field: AssignmentRuleField;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The whole value, or its beginning and a `*`. */
  pattern: Scalars['String']['input'];
  /** Name of the project that they go to. */
  project: Scalars['String']['input'];
  /** Events of this source. */
  source: ProjectEventSource;
};

/** A follow-up to add. */
export type AddFollowUpInput = {
  /** When it should be done. */
  dueAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Id of the person who does it. */
  owner?: InputMaybe<Scalars['String']['input']>;
  /** How soon it should be done. */
  priority?: InputMaybe<FollowUpPriority>;
  /** What is to be done. */
  title: Scalars['String']['input'];
};

/** A health formula to be added. It is used once it is activated. */
export type AddHealthFormulaInput = {
  /** Its components: 1 to 20. */
  components: Array<HealthComponentInput>;
  /** The type of entities. */
  entityType: Scalars['String']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Something to note; at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
};

/** A new comment. */
export type AddIncidentCommentInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** What to say: 1 to 4,000 characters. */
  text: Scalars['String']['input'];
};

/** What a worker has found. */
export type AddRequestItemsInput = {
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The items of the part: 1 to 200, at most 200000 bytes as JSON. */
  items: Array<ResearchItemInput>;
  /** The token that the claim gave. Once another worker has the request it is no good. */
  leaseToken: Scalars['Int']['input'];
  /** Number of the part, 1 to 100: one that comes again takes the place of the one before. */
  part: Scalars['Int']['input'];
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
};

/** A metric is far from what is usual for the entity: so many scaled median absolute deviations from the median of its values at the last midnights (UTC). */
export type AnomalyConditionInput = {
  /** How many midnights are looked at: 7 to 60. */
  baselineDays: Scalars['Int']['input'];
  /** How near it must come for the condition to clear; not above `fireAt`. */
  clearAt: Scalars['Float']['input'];
  /** On which side of the usual. */
  direction: AnomalyDirection;
  /** How far it must be for the condition to be met: 0.5 to 100. */
  fireAt: Scalars['Float']['input'];
  /** How many of them must have a value, 5 or more; never met before. */
  leastDays: Scalars['Int']['input'];
  /** The metric. */
  metric: Scalars['String']['input'];
};

/** On which side of the usual an anomaly lies. */
export type AnomalyDirection =
  /** On either side. */
  | 'BOTH'
  /** Below it. */
  | 'DOWN'
  /** Above it. */
  | 'UP';

/** What a worker logs. */
export type AppendRequestLogsInput = {
  /** The entries: 1 to 50. A request takes 10000 in all. */
  entries: Array<ResearchLogEntryInput>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The token that the claim gave. Once another worker has the request it is no good. */
  leaseToken: Scalars['Int']['input'];
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
};

/** A moment of an incident's past: exactly one of `time` and `version`. */
export type AsOfInput = {
  /** What the ledger knew at this time: everything that was recorded until then, whenever it is said to have happened. */
  time?: InputMaybe<Scalars['DateTime']['input']>;
  /** Behind the event with this version, at most the incident's present one; 0 is before its declaration. */
  version?: InputMaybe<Scalars['Int']['input']>;
};

/** What an assignment rule looks at: the place in the source that an event comes from. */
export type AssignmentRuleField =
  /** The board's id. */
  | 'BOARD'
  /** The channel's id. */
  | 'CHANNEL'
  /** Any label of the event. */
  | 'LABEL'
  /** The repository, such as `acme/inventory-api`. */
  | 'REPOSITORY';

/** A summary to attach. */
export type AttachIncidentSummaryInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** The model that wrote it. */
  modelUsed?: InputMaybe<Scalars['String']['input']>;
  /** The version of the prompt. */
  promptVersion?: InputMaybe<Scalars['String']['input']>;
  /** Who wrote it. */
  source?: InputMaybe<SummarySource>;
  /** The summary: 1 to 8,000 characters. */
  text: Scalars['String']['input'];
};

/** A post-mortem to attach; it replaces an earlier one, which the log keeps. */
export type AttachPostmortemInput = {
  /** Its content, Markdown by custom: at most 200,000 bytes. Above 4 KB it goes to the object store. */
  content: Scalars['String']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Its title. */
  title: Scalars['String']['input'];
};

/** Which entities a backtest looks at: exactly one of the fields. */
export type BacktestEntitiesInput =
  /** These; at most 200. */
  { entityIds: Array<Scalars['ID']['input']>; ofType?: never; }
  |  /** The first ones of a type. */
  { entityIds?: never; ofType: EntitiesOfTypeInput; };

/** What happened to a batch. */
export type BatchChange =
  /** It was posted. */
  | 'POSTED'
  /** Posting failed. */
  | 'POST_FAILED'
  /** Somebody asked for another try at posting. */
  | 'POST_RETRIED'
  /** It is not posted: all of its events had been told at once. */
  | 'POST_SKIPPED'
  /** It is being posted. */
  | 'POST_STARTED'
  /** A later summary took the place of the posted one. */
  | 'POST_UPDATED'
  /** It was sealed. */
  | 'SEALED'
  /** It got a summary, the first or another one. */
  | 'SUMMARISED'
  /** Somebody asked for another summary. */
  | 'SUMMARY_REQUESTED';

/** Which batches: all that is given must hold; of a list, which must not be empty, one value must. What still waits is no batch: see `Project.openBatch`. */
export type BatchFilter = {
  /** Sealed at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of this project. */
  project?: InputMaybe<Scalars['String']['input']>;
  /** In one of these statuses. */
  status?: InputMaybe<Array<BatchStatus>>;
  /** Sealed before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** When the events of a project are sealed into a batch. What is not given has its default. */
export type BatchPolicyInput = {
  /** Whether a critical event seals at once, also in quiet hours. Means nothing for events that are told at once anyway, as critical ones are by default: see `notifications`. */
  criticalBypass?: InputMaybe<Scalars['Boolean']['input']>;
  /** Sealed when nothing has come for so many seconds: 1 to 86,400, and at most `maxAgeSeconds`. */
  gapSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Whether the first event after a quiet time is sealed alone, at once: one that comes `maxAgeSeconds` or more after the last batch. */
  leadingFlush?: InputMaybe<Scalars['Boolean']['input']>;
  /** Sealed when its oldest event has waited for so many seconds: 5 to 604,800, a week. */
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Sealed as soon as it has so many events: 1 to 45. */
  maxCount?: InputMaybe<Scalars['Int']['input']>;
  /** Hours in which nothing is sealed or posted but what is critical. */
  quietHours?: InputMaybe<QuietHoursInput>;
};

/** How far a sealed batch has come. What still waits for its batch is no batch yet: see `Project.openBatch`. */
export type BatchStatus =
  /** It was posted to its channel. */
  | 'POSTED'
  /** Posting failed. `post.retryAt` says when it is tried again; without that a person must ask for it. */
  | 'POST_FAILED'
  /** Its events are settled; its summary is being written. */
  | 'SEALED'
  /** It was not posted: all of its events had been told at once, so that there was nothing new to tell. */
  | 'SKIPPED'
  /** It has a summary, and is being posted. */
  | 'SUMMARISED';

/** Why a batch was sealed when it was. */
export type BatchTrigger =
  /** Its oldest event was as old as the policy allows. */
  | 'AGE'
  /** It had as many events as the policy wants. */
  | 'COUNT'
  /** A critical event came. */
  | 'CRITICAL'
  /** Somebody asked for it. */
  | 'FLUSH'
  /** Nothing had come for as long as the policy says. */
  | 'GAP'
  /** It was the first event after a quiet time. */
  | 'LEADING'
  /** It had as many events as a batch can hold. */
  | 'OVERFLOW';

/** Which batches of a project: all that is given must hold; of a list, which must not be empty, one value must. */
export type BatchesOfProjectFilter = {
  /** Sealed at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** In one of these statuses. */
  status?: InputMaybe<Array<BatchStatus>>;
  /** Sealed before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A request that is not wanted any more. */
export type CancelRequestInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
};

/** A change of a follow-up; what is not given stays, null clears. */
export type ChangeFollowUpInput = {
  /** When it should be done. */
  dueAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the follow-up. */
  followUpId: Scalars['ID']['input'];
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Id of the person who does it. */
  owner?: InputMaybe<Scalars['String']['input']>;
  /** How soon it should be done. */
  priority?: InputMaybe<FollowUpPriority>;
  /** What is to be done. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** Labels to set and to remove. */
export type ChangeIncidentLabelsInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Keys of labels that go. */
  remove?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Labels that get a value. */
  set?: InputMaybe<Array<LabelInput>>;
};

/** A change of an incident's severity. */
export type ChangeIncidentSeverityInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Why. */
  reason: Scalars['String']['input'];
  /** The new severity. */
  to: Severity;
};

/** A change of an incident's status along its transition table. */
export type ChangeIncidentStatusInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** When it happened; now where not given. Not before the last change of status. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Why; at most 1,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The new status; see `Incident.allowedTransitions`. */
  to: IncidentStatus;
};

/** Another definition of a rule: it replaces the whole one before. What was pending begins anew. */
export type ChangeInsightRuleInput = {
  /** What it says from now on. */
  definition: InsightRuleDefinitionInput;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Id of the rule. */
  ruleId: Scalars['ID']['input'];
};

/** Another webhook, or the same with another secret. */
export type ChangeIntegrationWebhookInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
  /** Where its items go: an https address of the public web; at most 2000 characters. */
  webhookUrl: Scalars['String']['input'];
};

/** Another pace. */
export type ChangePollingIntervalInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** How often it is polled, in milliseconds: 10000 to 86400000, and no less than the service allows. */
  pollingIntervalMs: Scalars['Int']['input'];
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** What a worker would execute. */
export type ClaimRequestsInput = {
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** For how many seconds they are the worker's unless it is heard of: 5 to 3600. */
  leaseSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** How many at most: 1 to 10. */
  max?: InputMaybe<Scalars['Int']['input']>;
  /** These only, 1 to 10, as far as they can be claimed: what messages of the queue name. */
  requestIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Requests of this strategy. */
  strategy?: InputMaybe<ProcessingStrategy>;
  /** Requests of these types only, 1 to 10; any where not given. */
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  /** For how many seconds to wait for a request where there is none: 0 to 20. */
  waitSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** The worker, by a name of its own; at most 128 characters. */
  workerId: Scalars['String']['input'];
};

/** That a worker is done. */
export type CompleteRequestInput = {
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The token that the claim gave. Once another worker has the request it is no good. */
  leaseToken: Scalars['Int']['input'];
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
  /** What has come of it. */
  results: ResearchResultsInput;
};

/** A service that somebody connects. */
export type ConnectIntegrationInput = {
  /** Its credential in the credential store: <user>/<name>, one of the session's own user. */
  credentialRef?: InputMaybe<Scalars['String']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** How often it is polled, in milliseconds: 10000 to 86400000, and no less than the service allows. The service's own where not given. */
  pollingIntervalMs?: InputMaybe<Scalars['Int']['input']>;
  /** Items are activity of this project, too: one of yours. Of none where not given. */
  projectId?: InputMaybe<Scalars['String']['input']>;
  /** A JSON object as the service's `stateSchema` wants it, at most 32768 bytes. Without a cursor only what comes from now on is told. */
  serviceState?: InputMaybe<Scalars['JSON']['input']>;
  /** The service: one of `integrationServices`. */
  serviceType: Scalars['String']['input'];
  /** It is not polled before then: at most 30 days ahead. At once where not given. */
  startAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
  /** Where its items go: an https address of the public web; at most 2000 characters. */
  webhookUrl: Scalars['String']['input'];
};

/** A new rule. */
export type CreateInsightRuleInput = {
  /** What it says. */
  definition: InsightRuleDefinitionInput;
  /** Whether it is at work at once. Backtest it first. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Its id, such as low_health_score, of at most 60 characters: the prediction type of its insights. */
  ruleId: Scalars['ID']['input'];
};

/** What somebody asked for about a dead letter, and the processor has not done yet. */
export type DeadLetterRequest =
  /** Try the event again, and go on where it succeeds. */
  | 'RETRY'
  /** Leave the event out, and go on behind it. */
  | 'SKIP';

/** A new incident. */
export type DeclareIncidentInput = {
  /** Id of the person who leads. */
  commander?: InputMaybe<Scalars['String']['input']>;
  /** What is wrong, at length: at most 4,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Labels; at most 30. */
  labels?: InputMaybe<Array<LabelInput>>;
  /** When it began; now where not given. Not in the future. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** The services that it affects, the main one first; 1 to 20. */
  services: Array<Scalars['String']['input']>;
  /** How bad it is. */
  severity: Severity;
  /** What is wrong, in a line of at most 200 characters. */
  title: Scalars['String']['input'];
};

/** A kind of activity that is to be there, or to have more windows. */
export type DefineActivityKindInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Its name, such as homework; at most 40 characters. */
  name: Scalars['String']['input'];
  /** Its name in the plural, of which the names of its metrics are made; at most 60 characters. */
  plural: Scalars['String']['input'];
  /** Bounds of the values of its facts, from -1000000 to 1000000; null where they have none. */
  value?: InputMaybe<ValueRangeInput>;
  /** Days for which it is counted, each 1 to 30; at most 6. */
  windows: Array<Scalars['Int']['input']>;
};

/** A type of entities that is to be there. */
export type DefineEntityTypeInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Its name, such as classroom; at most 40 characters. */
  name: Scalars['String']['input'];
  /** What ids of the type begin with, such as cls_: at most 10 letters and digits, and _; for good. */
  prefix: Scalars['String']['input'];
  /** What its entities are; for good. */
  role?: InputMaybe<EntityRole>;
};

/** The deletion of a comment; its author's alone. The log keeps it. */
export type DeleteIncidentCommentInput = {
  /** Global id of the comment. */
  commentId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A rule that is to rest. Its open insights are resolved. */
export type DisableInsightRuleInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Id of the rule. */
  ruleId: Scalars['ID']['input'];
};

/** A session that is not to be polled until somebody resumes it. */
export type DisableIntegrationInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason: Scalars['String']['input'];
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** Items that a webhook would not take, and that nobody wants. */
export type DiscardItemsInput = {
  /** Which of the session's `deadLetters`. */
  deadLetterId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** A session that is over. */
export type DisconnectIntegrationInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** An insight that was nothing. */
export type DismissInsightInput = {
  /** The insight: its global id or its `alertId`. */
  alertId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Something to note; at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Why. */
  reason: InsightDismissalReason;
};

/** A new text for a comment; its author's alone to give. */
export type EditIncidentCommentInput = {
  /** Global id of the comment. */
  commentId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The new text. */
  text: Scalars['String']['input'];
};

/** New details of an incident; what is not given stays. */
export type EditIncidentInput = {
  /** The new description. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** The new title. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** A rule that is to be at work. */
export type EnableInsightRuleInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Id of the rule. */
  ruleId: Scalars['ID']['input'];
};

/** The first entities of a type. */
export type EntitiesOfTypeInput = {
  /** How many at most: 1 to 200. */
  atMost?: InputMaybe<Scalars['Int']['input']>;
  /** The type. */
  entityType: Scalars['String']['input'];
};

/** Which entities: all that is given must hold. */
export type EntityFilter = {
  /** With a health score of this or more. */
  healthAtLeast?: InputMaybe<Scalars['Float']['input']>;
  /** With a health score below this. */
  healthBelow?: InputMaybe<Scalars['Float']['input']>;
  /** Of this type, such as student. */
  type: Scalars['String']['input'];
  /** Of which a metric or the score has changed at or after. */
  updatedSince?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The order of entities. */
export type EntityOrder =
  /** The highest health score first, those of one score in no particular order; those without are not in the list. */
  | 'HIGHEST_HEALTH_FIRST'
  /** The lowest health score first, those of one score in no particular order; those without are not in the list. */
  | 'LOWEST_HEALTH_FIRST'
  /** By `lastUpdated`, the latest first. */
  | 'NEWEST_FIRST'
  /** By `lastUpdated`, the earliest first. */
  | 'OLDEST_FIRST';

/** What entities of a type are. */
export type EntityRole =
  /** It adds up the facts of entities that name it as a group; a moment behind. */
  | 'AGGREGATE'
  /** Facts are recorded about it. */
  | 'ENTITY';

/** Which events: all that is given must hold; of a list, one value must. */
export type EventFilter = {
  /** Done by the actor with this id. */
  actor?: InputMaybe<Scalars['String']['input']>;
  /** Of a stream of one of these categories: what stands before the first hyphen, such as Incident. */
  categories?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Set off by the request with this correlation id. */
  correlationId?: InputMaybe<Scalars['String']['input']>;
  /** Recorded at or after. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of one of these streams, such as Incident-<id>. */
  streamIds?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Of one of these types, such as IncidentDeclared. */
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Recorded before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Which events of a project: all that is given must hold. */
export type EventsOfProjectFilter = {
  /** Received at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Whether they are in a batch. */
  processed?: InputMaybe<Scalars['Boolean']['input']>;
  /** From this source. */
  source?: InputMaybe<ProjectEventSource>;
  /** Received before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** How much of a page is kept. */
export type ExtractionMode =
  /** Its readable text. */
  | 'FULL'
  /** Title and address only. */
  | 'METADATA'
  /** An excerpt. */
  | 'SUMMARY';

/** That an attempt has failed. */
export type FailRequestInput = {
  /** What was wrong; at most 1000 characters. */
  error: Scalars['String']['input'];
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The token that the claim gave. Once another worker has the request it is no good. */
  leaseToken: Scalars['Int']['input'];
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
  /** It is not tried again before so many seconds are over: 0 to 86400. */
  retryAfterSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Whether another attempt may go better. */
  retryable?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A project whose waiting events are to be sealed now. */
export type FlushBatchInput = {
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Name of the project. */
  project: Scalars['String']['input'];
};

/** A follow-up of an incident. */
export type FollowUpInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the follow-up. */
  followUpId: Scalars['ID']['input'];
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
};

/** How soon a follow-up should be done. */
export type FollowUpPriority =
  /** First. */
  | 'HIGH'
  /** When there is time. */
  | 'LOW'
  /** In its turn. */
  | 'MEDIUM';

/** What you think of an insight; your last word counts. */
export type GiveInsightFeedbackInput = {
  /** The insight: its global id or its `alertId`. */
  alertId: Scalars['ID']['input'];
  /** What you have to say; at most 1000 characters. */
  comment?: InputMaybe<Scalars['String']['input']>;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Whether it was useful. */
  useful: Scalars['Boolean']['input'];
};

/** The handing over of a role. */
export type HandOverIncidentRoleInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Id of the person who has it. */
  from: Scalars['String']['input'];
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** The role. */
  role: IncidentRole;
  /** Id of the person who takes it. */
  to: Scalars['String']['input'];
};

/** A part of a health score: how well a metric does between its worst and its best value. */
export type HealthComponentInput = {
  /** The value that gives all, within the same bounds; may be below `worst`. */
  best: Scalars['Float']['input'];
  /** The metric. */
  metric: Scalars['String']['input'];
  /** Its name, unique in the formula; at most 60 characters. */
  name: Scalars['String']['input'];
  /** How much it weighs, among those whose metric has a value: 0.001 to 1000. */
  weight: Scalars['Float']['input'];
  /** The value that gives nothing, from -1000000 to 1000000. */
  worst: Scalars['Float']['input'];
};

/** That a worker is still at a request. */
export type HeartbeatRequestInput = {
  /** What another worker needs to go on from here: a JSON object of at most 8192 bytes. */
  checkpoint?: InputMaybe<Scalars['JSON']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** For how many seconds from now it is the worker's: 5 to 3600; as many as last time where not given. */
  leaseSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** The token that the claim gave. Once another worker has the request it is no good. */
  leaseToken: Scalars['Int']['input'];
  /** How far it is; once it has started. */
  progress?: InputMaybe<ResearchProgressInput>;
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
};

/** Which incidents to follow: all that is given must hold; of a list, which must not be empty, one value must. */
export type IncidentChangeFilter = {
  /** One of these incidents, named as in `incidentId`. */
  incidentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** With all of these labels. */
  labels?: InputMaybe<Array<LabelInput>>;
  /** With this person among the participants. */
  participant?: InputMaybe<Scalars['String']['input']>;
  /** Affecting this service. */
  service?: InputMaybe<Scalars['String']['input']>;
  /** Of one of these severities. */
  severity?: InputMaybe<Array<Severity>>;
  /** In one of these statuses. */
  status?: InputMaybe<Array<IncidentStatus>>;
};

/** Which incidents: all that is given must hold; of a list, which must not be empty, one value must. */
export type IncidentFilter = {
  /** Begun at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** With all of these labels. */
  labels?: InputMaybe<Array<LabelInput>>;
  /** With this person among the participants. */
  participant?: InputMaybe<Scalars['String']['input']>;
  /** Affecting this service. */
  service?: InputMaybe<Scalars['String']['input']>;
  /** Of one of these severities. */
  severity?: InputMaybe<Array<Severity>>;
  /** In one of these statuses. */
  status?: InputMaybe<Array<IncidentStatus>>;
  /** Begun before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The order of a list of incidents. */
export type IncidentOrder =
  /** By severity, P0 first; among equals the oldest first. */
  | 'MOST_SEVERE_FIRST'
  /** By the time they began, latest first. */
  | 'NEWEST_FIRST'
  /** By the time they began, earliest first. */
  | 'OLDEST_FIRST';

/** What a participant does in an incident. */
export type IncidentRole =
  /** Leads; there is one at a time. */
  | 'COMMANDER'
  /** Tells others what happens. */
  | 'COMMS'
  /** Follows. */
  | 'OBSERVER'
  /** Works on the cause. */
  | 'RESPONDER'
  /** Writes down what happens. */
  | 'SCRIBE';

/** A role that a person takes or gives up. */
export type IncidentRoleInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Id of the person. */
  personId: Scalars['String']['input'];
  /** The role. One person may hold several; there is one commander. */
  role: IncidentRole;
};

/** A service to add to, or remove from, an incident. */
export type IncidentServiceInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** The service. */
  service: Scalars['String']['input'];
};

/** How far an incident has come. */
export type IncidentStatus =
  /** Somebody has seen it and takes care. */
  | 'ACKNOWLEDGED'
  /** It was no incident. It stays so. */
  | 'CANCELLED'
  /** Everything about it is done. It can be reopened. */
  | 'CLOSED'
  /** People look for the cause. */
  | 'INVESTIGATING'
  /** It is part of another incident. Unmerging takes that back. */
  | 'MERGED'
  /** The harm has stopped; the cause may remain. */
  | 'MITIGATED'
  /** Declared; nobody has taken it up yet. */
  | 'OPEN'
  /** The cause is gone. */
  | 'RESOLVED';

/** An event to be taken in. */
export type IngestProjectEventInput = {
  /** Who did it. */
  actor?: InputMaybe<ProjectEventActorInput>;
  /** Your id of this event, at most 200 characters without spaces: bringing it again changes nothing. It counts once for each source, of GENERIC once for each project that is named. Made from the idempotency key where not given, or anew. */
  deliveryId?: InputMaybe<Scalars['String']['input']>;
  /** The original, any JSON. What is too large or too deep is clipped; the whole is kept elsewhere. */
  eventData?: InputMaybe<Scalars['JSON']['input']>;
  /** Your name for this call, 1 to 200 characters: the event's delivery id is made from it where you give none, so calling again with the same key has no second effect, and with another input is refused. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Who needs to hear of it. */
  importance?: InputMaybe<ProjectEventImportance>;
  /** What happened. */
  kind?: InputMaybe<ProjectEventKind>;
  /** Its labels; at most 20. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** When it happened; the time of receipt where not given, or in the future. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Name of its project. The assignment rules decide where not given; who may see some projects only must name one of them. */
  project?: InputMaybe<Scalars['String']['input']>;
  /** What it has to do with; at most 20. */
  refs?: InputMaybe<Array<ProjectEventRefInput>>;
  /** Where it comes from; others than GENERIC are for imports. */
  source?: InputMaybe<ProjectEventSource>;
  /** What it is about: events of one subject become one line of a summary. */
  subject?: InputMaybe<Scalars['String']['input']>;
  /** What was said, at length: at most 4,000 characters. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** What happened, in a line of at most 300 characters. */
  title: Scalars['String']['input'];
  /** Its page: an https address without credentials. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** Events to be taken in together. What is wrong with one is no harm to the others. */
export type IngestProjectEventsInput = {
  /** The events: 1 to 100. */
  events: Array<ProjectEventInput>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What happened to an insight. */
export type InsightChange =
  /** Somebody has taken it up. */
  | 'ACKNOWLEDGED'
  /** Somebody says that it was nothing. */
  | 'DISMISSED'
  /** Its time was over. */
  | 'EXPIRED'
  /** A model has put it into words. */
  | 'EXPLAINED'
  /** Somebody said whether it was useful. */
  | 'FEEDBACK_GIVEN'
  /** An incident was declared for it, or it joined one. */
  | 'INCIDENT_LINKED'
  /** Telling people has failed. */
  | 'NOTICE_FAILED'
  /** People were told of it. */
  | 'NOTICE_SENT'
  /** People are being told of it. */
  | 'NOTICE_STARTED'
  /** It is known whether what it predicted has happened. */
  | 'OUTCOME_SCORED'
  /** It was raised. */
  | 'RAISED'
  /** Something that it recommends was done, or was not done after all. */
  | 'RECOMMENDATION_MARKED'
  /** It holds no more. */
  | 'RESOLVED'
  /** Its risk is another one. */
  | 'RISK_CHANGED'
  /** People are not told of it for a time. */
  | 'SNOOZED';

/** Which insights to follow: all that is given must hold; of a list, which must not be empty, one value must. */
export type InsightChangeFilter = {
  /** About this entity. */
  entityId?: InputMaybe<Scalars['ID']['input']>;
  /** About entities of this type. */
  entityType?: InputMaybe<Scalars['String']['input']>;
  /** Of this type, such as low_health_score. */
  predictionType?: InputMaybe<Scalars['String']['input']>;
  /** In one of these statuses, before the change or behind it. */
  statuses?: InputMaybe<Array<InsightStatus>>;
};

/** How a value is held against a level. */
export type InsightComparison =
  /** Fires above `fireAt`, clears at or below `clearAt`. */
  | 'ABOVE'
  /** Fires below `fireAt`, clears at or above `clearAt`. */
  | 'BELOW';

/** What a rule asks of an entity: exactly one of the fields. */
export type InsightConditionInput =
  /** A metric is far from what is usual. */
  { anomaly: AnomalyConditionInput; noData?: never; rateOfChange?: never; threshold?: never; }
  |  /** Nothing has happened for some time. */
  { anomaly?: never; noData: NoDataConditionInput; rateOfChange?: never; threshold?: never; }
  |  /** A metric differs from what it was some days ago. */
  { anomaly?: never; noData?: never; rateOfChange: RateOfChangeConditionInput; threshold?: never; }
  |  /** A metric is below or above a level. */
  { anomaly?: never; noData?: never; rateOfChange?: never; threshold: ThresholdConditionInput; };

/** Why an insight was nothing. */
export type InsightDismissalReason =
  /** Another one says the same. */
  | 'DUPLICATE'
  /** It was right, and known to come. */
  | 'EXPECTED'
  /** It was wrong. */
  | 'FALSE_POSITIVE'
  /** There is nothing that anybody could do. */
  | 'NOT_ACTIONABLE'
  /** Something else; see the note. */
  | 'OTHER';

/** A number that an insight rests on. */
export type InsightEvidenceInput = {
  /** What it was held against. */
  level?: InputMaybe<Scalars['Float']['input']>;
  /** What it is. */
  name: Scalars['String']['input'];
  /** The number; null where there is none. */
  value?: InputMaybe<Scalars['Float']['input']>;
};

/** Which insights: all that is given must hold; of a list, which must not be empty, one value must. */
export type InsightFilter = {
  /** About this entity, by its id such as stu_4532, or its global id. */
  entityId?: InputMaybe<Scalars['ID']['input']>;
  /** About entities of this type. */
  entityType?: InputMaybe<Scalars['String']['input']>;
  /** Raised at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of this type, such as low_health_score. */
  predictionType?: InputMaybe<Scalars['String']['input']>;
  /** With a risk above this: 80 leaves 80 out. */
  riskAbove?: InputMaybe<Scalars['Float']['input']>;
  /** In one of these statuses. */
  statuses?: InputMaybe<Array<InsightStatus>>;
  /** Raised before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What one incident stands for: there is at most one at a time. */
export type InsightIncidentDedupe =
  /** All insights about an entity share one. */
  | 'ENTITY'
  /** Each insight has its own. */
  | 'INSIGHT'
  /** All insights of a rule share one. */
  | 'RULE';

/** What becomes of a rule's insights among the incidents. */
export type InsightIncidentPolicyInput = {
  /** Whether the incident is resolved once all its insights have recovered or were closed by people, and nobody has taken it up. */
  autoResolve?: InputMaybe<Scalars['Boolean']['input']>;
  /** What one incident stands for. */
  dedupe?: InputMaybe<InsightIncidentDedupe>;
  /** The services of the incident: 1 to 10, each of at most 100 characters. */
  services: Array<Scalars['String']['input']>;
  /** By the greatest `riskAtLeast` that the insight's risk reaches; no incident where it reaches none. 1 to 5. */
  severities: Array<RiskSeverityInput>;
};

/** What people are told of an insight. */
export type InsightNoticeKind =
  /** That it was raised. */
  | 'RAISED'
  /** That it is resolved. */
  | 'RESOLVED';

/** That people are told of a rule's insights. */
export type InsightNotifyPolicyInput = {
  /** The channel; to the log of the server where not given. */
  channel?: InputMaybe<Scalars['String']['input']>;
};

/** The order of insights. */
export type InsightOrder =
  /** The highest risk first, those of one risk in no particular order; only with `predictionType`. */
  | 'HIGHEST_RISK_FIRST'
  /** The latest raised first. */
  | 'NEWEST_FIRST'
  /** The earliest raised first. */
  | 'OLDEST_FIRST';

/** Which insights to follow: all that is given must hold. */
export type InsightRaisedFilter = {
  /** About this entity. */
  entityId?: InputMaybe<Scalars['ID']['input']>;
  /** About entities of this type. */
  entityType?: InputMaybe<Scalars['String']['input']>;
  /** Of this type, such as low_health_score. */
  predictionType?: InputMaybe<Scalars['String']['input']>;
  /** Raised with a risk above this: 80 leaves 80 out. */
  riskAbove?: InputMaybe<Scalars['Float']['input']>;
};

/** Why an insight was resolved. */
export type InsightResolutionCause =
  /** The conditions of its rule hold no more. */
  | 'RECOVERED'
  /** Its rule was disabled, or is not about the entity any more. */
  | 'RULE_DISABLED'
  /** Somebody said so. */
  | 'USER';

/** How great the risk is that an insight of a rule states. */
export type InsightRiskInput = {
  /** Where the first condition is just met; 0 to 100. */
  least: Scalars['Int']['input'];
  /** Where its value is at `worstAt` or beyond; 0 to 100. */
  most: Scalars['Int']['input'];
  /** The value of the highest risk, on the firing side of the first condition's level, of `noData` in days; where not given the risk is always `least`. */
  worstAt?: InputMaybe<Scalars['Float']['input']>;
};

/** What a rule says. What is not given has its default. */
export type InsightRuleDefinitionInput = {
  /** All must be met; one that has cleared is enough to recover. The first gives the risk. 1 to 5. */
  conditions: Array<InsightConditionInput>;
  /** For so many seconds behind the end of an insight none is raised about the entity: at most 90 days; a day where not given. */
  cooldownSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Which types of entities it is about: 1 to 10. */
  entityTypes: Array<Scalars['String']['input']>;
  /** So many seconds after it was raised an insight that nobody has closed expires: 60 or more, at most 90 days; 30 days where not given. */
  expiresAfterSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** For so many seconds they must be met before an insight is raised: at most 30 days; 0 where not given. */
  forSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Declare incidents for its insights; none where not given. */
  incident?: InputMaybe<InsightIncidentPolicyInput>;
  /** For so many seconds they must have cleared before it is resolved: at most 30 days, and no longer than `expiresAfterSeconds`; 0 where not given. */
  keepFiringForSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** How many it raises within a day (UTC): 1 to 10000; at more it is suspended, and a person must look. 1,000 where not given. */
  maxPerDay?: InputMaybe<Scalars['Int']['input']>;
  /** How many insights it raises about one entity within a day (UTC): 1 to 100; 5 where not given. */
  maxPerEntityPerDay?: InputMaybe<Scalars['Int']['input']>;
  /** Tell people of its insights; nobody is told where not given. */
  notify?: InputMaybe<InsightNotifyPolicyInput>;
  /** What its insights predict. */
  outcome?: InputMaybe<PredictedOutcomeInput>;
  /** What its insights recommend; at most 10, each of at most 300 characters. */
  recommendations?: InputMaybe<Array<Scalars['String']['input']>>;
  /** How great the risk is; 50 to 100 where not given. */
  risk?: InputMaybe<InsightRiskInput>;
  /** The title of its insights; at most 200 characters. */
  title: Scalars['String']['input'];
};

/** How far an insight has come. */
export type InsightStatus =
  /** Somebody has taken it up. */
  | 'ACKNOWLEDGED'
  /** Somebody says that it was nothing. */
  | 'DISMISSED'
  /** Its time was over, and nobody had closed it. */
  | 'EXPIRED'
  /** It was raised, and nobody has taken it up. */
  | 'OPEN'
  /** It holds no more. */
  | 'RESOLVED';

/** Where a rule stands for one entity. */
export type InsightWatchPhase =
  /** They are met, and there is an insight. */
  | 'FIRING'
  /** The insight was closed by somebody or expired: none is raised again before the conditions have cleared, or have no value and the cooldown is over. */
  | 'HELD'
  /** The conditions are not met. */
  | 'NORMAL'
  /** They are met, not yet for long enough. */
  | 'PENDING'
  /** They hold no more, not yet for long enough. */
  | 'RECOVERING';

/** Which insights of an entity: all that is given must hold; of a list, which must not be empty, one value must. */
export type InsightsOfEntityFilter = {
  /** Raised at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of this type, such as low_health_score. */
  predictionType?: InputMaybe<Scalars['String']['input']>;
  /** With a risk above this: 80 leaves 80 out. */
  riskAbove?: InputMaybe<Scalars['Float']['input']>;
  /** In one of these statuses. */
  statuses?: InputMaybe<Array<InsightStatus>>;
  /** Raised before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Which sessions to follow: all that is given must hold; of a list, which must not be empty, one must. */
export type IntegrationChangeFilter = {
  /** Of this service. */
  serviceType?: InputMaybe<Scalars['String']['input']>;
  /** In one of these statuses, before the change or behind it. */
  statuses?: InputMaybe<Array<IntegrationStatus>>;
  /** Of this user. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** What has become of items that a webhook would not take. */
export type IntegrationDeadLetterStatus =
  /** Nobody wants them. */
  | 'DISCARDED'
  /** Nobody has decided yet. */
  | 'OPEN'
  /** They were sent again, and the webhook took them. */
  | 'REDELIVERED';

/** Why a poll did not go well. */
export type IntegrationFailureClass =
  /** The service does not take the credential. */
  | 'AUTH'
  /** The service has forgotten where the session was; what is there is read anew. Counts as no failure. */
  | 'CURSOR_EXPIRED'
  /** The webhook does not take the items. */
  | 'DELIVERY'
  /** It will not go better by itself. */
  | 'PERMANENT'
  /** The service was asked too often; counts as no failure. */
  | 'RATE'
  /** Another time it may go better. */
  | 'TRANSIENT';

/** How items come from a service. */
export type IntegrationMode =
  /** It is asked, again and again. */
  | 'POLL'
  /** It tells by itself, and cannot be asked. */
  | 'PUSH';

/** The order of polls. */
export type IntegrationPollOrder =
  /** The latest first. */
  | 'NEWEST_FIRST'
  /** The earliest first. */
  | 'OLDEST_FIRST';

/** What came of a poll, or of many that had nothing to say. */
export type IntegrationPollOutcome =
  /** The webhook would not take items; they are kept aside. */
  | 'DEAD_LETTERED'
  /** It failed. */
  | 'FAILED'
  /** It went well. */
  | 'POLLED'
  /** The service told of items by itself. */
  | 'PUSHED'
  /** The service wants to be left alone for a while. */
  | 'RATE_LIMITED'
  /** The service has forgotten the cursor: what is there is read anew. */
  | 'RESYNC';

/** What happened to an integration session. Tolerate values you do not know: new ones may come. */
export type IntegrationSessionChange =
  /** Somebody has connected the service. */
  | 'CONNECTED'
  /** Somebody has given up items that were kept aside. */
  | 'DEAD_LETTER_DISCARDED'
  /** Items that were kept aside were taken after all. */
  | 'DEAD_LETTER_REDELIVERED'
  /** It is not polled any more: it kept failing, or somebody wants it so. */
  | 'DISABLED'
  /** It is over, until the service is connected again. */
  | 'DISCONNECTED'
  /** It is polled at another pace. */
  | 'INTERVAL_CHANGED'
  /** Its webhook would not take items; they are kept aside. */
  | 'ITEMS_DEAD_LETTERED'
  /** The service told of items by itself. */
  | 'ITEMS_PUSHED'
  /** Somebody has paused it. */
  | 'PAUSED'
  /** A poll went well and had something to say; or, once a day, many that had not. */
  | 'POLLED'
  /** A poll failed. */
  | 'POLL_FAILED'
  /** Somebody wants it polled now. */
  | 'POLL_REQUESTED'
  /** The service wants to be left alone for a while. */
  | 'RATE_LIMITED'
  /** It has another credential. */
  | 'REAUTHORISED'
  /** The service does not take its credential any more. */
  | 'REAUTH_REQUIRED'
  /** Somebody has resumed it. */
  | 'RESUMED'
  /** The service has forgotten the cursor: what is there is read anew. */
  | 'RESYNC_STARTED'
  /** Its items go elsewhere, or are signed with another secret. */
  | 'WEBHOOK_CHANGED';

/** Which sessions: all that is given must hold; of a list, which must not be empty, one value must. */
export type IntegrationSessionFilter = {
  /** Those that are polled or take pushes; with false, the others. */
  active?: InputMaybe<Scalars['Boolean']['input']>;
  /** Those that are failing; with false, the others. */
  failing?: InputMaybe<Scalars['Boolean']['input']>;
  /** Polled last before then, or never. */
  notPolledSince?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of this service. */
  serviceType?: InputMaybe<Scalars['String']['input']>;
  /** In one of these statuses; in any but DISCONNECTED where not given. */
  statuses?: InputMaybe<Array<IntegrationStatus>>;
  /** Of this user. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** The order of integration sessions. */
export type IntegrationSessionOrder =
  /** By service; of one user only, whom the filter names. */
  | 'BY_SERVICE'
  /** Those that were polled last come first; those that never were come last. */
  | 'LAST_POLLED_FIRST'
  /** Those that were never polled come first, then those that were not for the longest time. */
  | 'LAST_POLLED_LAST';

/** How an integration session is. */
export type IntegrationStatus =
  /** It is polled, or waits for pushes. */
  | 'ACTIVE'
  /** The same, after failures or a rate limit: see `lastError` and `nextPollAt`. */
  | 'BACKING_OFF'
  /** It kept failing, or somebody wants it so: see `statusReason`. It can be resumed. */
  | 'DISABLED'
  /** It is over, until the service is connected again. */
  | 'DISCONNECTED'
  /** The service does not take its credential: reauthorise it. */
  | 'NEEDS_REAUTH'
  /** Somebody wants it so. It can be resumed. */
  | 'PAUSED';

/** A label: a key and its value. */
export type LabelInput = {
  /** What the label says something about: letters, digits and . _ @ : / + - */
  key: Scalars['String']['input'];
  /** What it says. */
  value: Scalars['String']['input'];
};

/** A link to add. */
export type LinkIncidentInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** What it points to. */
  kind: LinkKind;
  /** How that stands to the incident. */
  relation?: InputMaybe<LinkRelation>;
  /** An incident (as in `incidentId`), a web address, or an id, as `kind` says. */
  target: Scalars['String']['input'];
  /** What to show for it. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** An insight and an incident that have to do with each other. */
export type LinkInsightToIncidentInput = {
  /** The insight: its global id or its `alertId`. */
  alertId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
};

/** What a link points to. */
export type LinkKind =
  /** Another incident; it gets the link back. */
  | 'INCIDENT'
  /** An insight. */
  | 'INSIGHT'
  /** A project event. */
  | 'PROJECT_EVENT'
  /** A research request. */
  | 'REQUEST'
  /** A web address. */
  | 'URL';

/** How the linked thing stands to the incident. */
export type LinkRelation =
  /** It caused the incident. */
  | 'CAUSED_BY'
  /** The incident caused it. */
  | 'CAUSES'
  /** It is the same as the incident. */
  | 'DUPLICATED_BY'
  /** The incident is the same as it. */
  | 'DUPLICATE_OF'
  /** It has to do with it. */
  | 'RELATED';

/** Something that an insight recommends, and that was done. */
export type MarkInsightRecommendationInput = {
  /** The insight: its global id or its `alertId`. */
  alertId: Scalars['ID']['input'];
  /** Whether it was done; false takes it back. */
  done?: InputMaybe<Scalars['Boolean']['input']>;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Id of the recommendation. */
  recommendationId: Scalars['ID']['input'];
};

/** Why metrics were measured. */
export type MeasureCause =
  /** Something happened. */
  | 'ACTIVITY'
  /** Time has passed: a window has lost or gained facts. */
  | 'DECAY'
  /** Another health formula is active. */
  | 'FORMULA'
  /** Something happened to entities that name it as a group. */
  | 'GROUP';

/** The merge of an incident into another. */
export type MergeIncidentsInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** The incident that goes on, as in `incidentId`. */
  intoIncidentId: Scalars['ID']['input'];
  /** Why. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Whose metrics to follow: all that is given must hold. */
export type MetricsChangeFilter = {
  /** Of this entity. */
  entityId?: InputMaybe<Scalars['ID']['input']>;
  /** Of entities of this type. */
  entityType?: InputMaybe<Scalars['String']['input']>;
  /** Only where the health score is below this. */
  healthBelow?: InputMaybe<Scalars['Float']['input']>;
};

/** Nothing has happened for some time, though something had before. */
export type NoDataConditionInput = {
  /** For so many seconds: 60 or more, at most 365 days. */
  afterSeconds: Scalars['Int']['input'];
  /** Nothing of this kind; of any kind where not given. */
  kind?: InputMaybe<Scalars['String']['input']>;
};

/** Why an event that was to be told of at once was left to its batch. */
export type NotificationDropReason =
  /** The project's channel does not take it. */
  | 'REFUSED'
  /** The summary of its batch tells of it. */
  | 'SUMMARISED'
  /** The project does not want it told at once any more. */
  | 'SWITCHED_OFF'
  /** It could not be told within ten minutes. */
  | 'TOO_LATE'
  /** The project had as many as it may in a minute. */
  | 'TOO_MANY';

/** What is told at once, besides the summaries. What was told at once is not repeated in the summary. */
export type NotificationLevel =
  /** Every event. */
  | 'ALL'
  /** Critical events. */
  | 'CRITICAL'
  /** Nothing. */
  | 'NONE';

/** A session that is not to be polled for a while. */
export type PauseIntegrationInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** A session that is to be polled now. */
export type PollIntegrationInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** What a prediction says will happen; it is held against what did happen. */
export type PredictedOutcomeInput = {
  /** Whether it will be below or above the value. */
  comparison: InsightComparison;
  /** The metric. */
  metric: Scalars['String']['input'];
  /** The value. */
  value: Scalars['Float']['input'];
  /** Within so many days: 1 to 60. */
  withinDays: Scalars['Int']['input'];
};

/** Another priority of a request that waits. */
export type PrioritiseRequestInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The priority. */
  priority: ResearchPriority;
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
};

/** How workers hear of a request. */
export type ProcessingStrategy =
  /** A queue tells them, and they claim it by its id. */
  | 'SQS'
  /** They claim from the ledger. */
  | 'TABLE';

/** What a processor does with events. */
export type ProcessorKind =
  /** Brings them from DynamoDB Streams into the change feed. */
  | 'FEEDER'
  /** Lets commands follow from them. */
  | 'POLICY'
  /** Folds them into a view of many streams. */
  | 'PROJECTION'
  /** Tells other systems of them. */
  | 'PUBLISHER';

/** Who did something at the source. */
export type ProjectEventActorInput = {
  /** The person's id or name at the source; at most 200 characters. */
  id: Scalars['String']['input'];
  /** What people call the person. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The person's page: an https address. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** What happened to a project event. */
export type ProjectEventChange =
  /** It is in a batch now, for good. */
  | 'BATCHED'
  /** It was to be told of at once, and is left to its batch after all. */
  | 'NOTIFICATION_DROPPED'
  /** It was told of at once. */
  | 'NOTIFIED'
  /** It was moved to another project. */
  | 'REASSIGNED'
  /** It came. */
  | 'RECEIVED';

/** Which project events: all that is given must hold. */
export type ProjectEventFilter = {
  /** In this batch, by its global id or its `batchId`. */
  batchId?: InputMaybe<Scalars['ID']['input']>;
  /** Received at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Whether they are in a batch. */
  processed?: InputMaybe<Scalars['Boolean']['input']>;
  /** Of this project. */
  project?: InputMaybe<Scalars['String']['input']>;
  /** From this source. */
  source?: InputMaybe<ProjectEventSource>;
  /** Received before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Who needs to hear of a project event. */
export type ProjectEventImportance =
  /** Somebody should look now. */
  | 'CRITICAL'
  /** Nobody needs to hear of it alone. */
  | 'LOW'
  /** It belongs into the summary. */
  | 'NORMAL';

/** Something that happened in a project. */
export type ProjectEventInput = {
  /** Who did it. */
  actor?: InputMaybe<ProjectEventActorInput>;
  /** Your id of this event, at most 200 characters without spaces: bringing it again changes nothing. It counts once for each source, of GENERIC once for each project that is named. Made from the idempotency key where not given, or anew. */
  deliveryId?: InputMaybe<Scalars['String']['input']>;
  /** The original, any JSON. What is too large or too deep is clipped; the whole is kept elsewhere. */
  eventData?: InputMaybe<Scalars['JSON']['input']>;
  /** Who needs to hear of it. */
  importance?: InputMaybe<ProjectEventImportance>;
  /** What happened. */
  kind?: InputMaybe<ProjectEventKind>;
  /** Its labels; at most 20. */
  labels?: InputMaybe<Array<Scalars['String']['input']>>;
  /** When it happened; the time of receipt where not given, or in the future. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Name of its project. The assignment rules decide where not given; who may see some projects only must name one of them. */
  project?: InputMaybe<Scalars['String']['input']>;
  /** What it has to do with; at most 20. */
  refs?: InputMaybe<Array<ProjectEventRefInput>>;
  /** Where it comes from; others than GENERIC are for imports. */
  source?: InputMaybe<ProjectEventSource>;
  /** What it is about: events of one subject become one line of a summary. */
  subject?: InputMaybe<Scalars['String']['input']>;
  /** What was said, at length: at most 4,000 characters. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** What happened, in a line of at most 300 characters. */
  title: Scalars['String']['input'];
  /** Its page: an https address without credentials. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** What happened, the same word whatever the source. */
export type ProjectEventKind =
  /** A branch was created. */
  | 'BRANCH_CREATED'
  /** A branch was deleted. */
  | 'BRANCH_DELETED'
  /** A card is done. */
  | 'CARD_COMPLETED'
  /** A card was created. */
  | 'CARD_CREATED'
  /** A card was moved to another list. */
  | 'CARD_MOVED'
  /** A card is past its date. */
  | 'CARD_OVERDUE'
  /** A card is not done after all. */
  | 'CARD_REOPENED'
  /** A card was changed. */
  | 'CARD_UPDATED'
  /** A check failed. */
  | 'CHECK_FAILED'
  /** A check passed. */
  | 'CHECK_SUCCEEDED'
  /** Somebody commented. */
  | 'COMMENT_ADDED'
  /** A deployment failed. */
  | 'DEPLOYMENT_FAILED'
  /** A deployment went well. */
  | 'DEPLOYMENT_SUCCEEDED'
  /** An issue was closed. */
  | 'ISSUE_CLOSED'
  /** An issue was opened. */
  | 'ISSUE_OPENED'
  /** An issue was opened again. */
  | 'ISSUE_REOPENED'
  /** An issue was changed. */
  | 'ISSUE_UPDATED'
  /** Somebody came, left, or got another role. */
  | 'MEMBER_CHANGED'
  /** Somebody wrote a message. */
  | 'MESSAGE_POSTED'
  /** Something that somebody found worth telling. */
  | 'NOTE'
  /** A pull request was closed without being merged. */
  | 'PULL_REQUEST_CLOSED'
  /** A pull request was merged. */
  | 'PULL_REQUEST_MERGED'
  /** A pull request was opened. */
  | 'PULL_REQUEST_OPENED'
  /** A pull request was opened again. */
  | 'PULL_REQUEST_REOPENED'
  /** A pull request was changed, or got more commits. */
  | 'PULL_REQUEST_UPDATED'
  /** Commits were pushed. */
  | 'PUSH'
  /** A release was published. */
  | 'RELEASE_PUBLISHED'
  /** A reviewer approved. */
  | 'REVIEW_APPROVED'
  /** A reviewer wants changes. */
  | 'REVIEW_CHANGES_REQUESTED'
  /** A reviewer commented. */
  | 'REVIEW_COMMENTED'
  /** Somebody was asked for a review. */
  | 'REVIEW_REQUESTED'
  /** A weakness or a leaked secret was found. */
  | 'SECURITY_ALERT'
  /** A tag was created. */
  | 'TAG_CREATED'
  /** The source told something that has no word here; the original is kept. */
  | 'UNHANDLED';

/** Something at the source that an event has to do with. */
export type ProjectEventRefInput = {
  /** Its id, unique in the source, such as `acme/inventory-api#42`. */
  id: Scalars['String']['input'];
  /** Its title. */
  title?: InputMaybe<Scalars['String']['input']>;
  /** What it is. */
  type: ProjectEventRefType;
  /** Its page: an https address. */
  url?: InputMaybe<Scalars['String']['input']>;
};

/** What a reference points to. */
export type ProjectEventRefType =
  /** A board. */
  | 'BOARD'
  /** A branch. */
  | 'BRANCH'
  /** A card. */
  | 'CARD'
  /** A channel. */
  | 'CHANNEL'
  /** A check. */
  | 'CHECK'
  /** A commit. */
  | 'COMMIT'
  /** A deployment. */
  | 'DEPLOYMENT'
  /** An issue. */
  | 'ISSUE'
  /** A list of a board. */
  | 'LIST'
  /** Something else. */
  | 'OTHER'
  /** A pull request. */
  | 'PULL_REQUEST'
  /** A release. */
  | 'RELEASE'
  /** A repository. */
  | 'REPOSITORY'
  /** A tag. */
  | 'TAG'
  /** A thread of messages. */
  | 'THREAD';

/** Where a project event comes from. */
export type ProjectEventSource =
  /** Anything else: a signed generic webhook, or the API. */
  | 'GENERIC'
  /** GitHub: repositories, pull requests, issues, checks. */
  | 'GITHUB'
  /** Slack: channels and messages. */
  | 'SLACK'
  /** Trello: boards, lists and cards. */
  | 'TRELLO';

/** A comment to put on the timeline. */
export type PromoteIncidentCommentInput = {
  /** Global id of the comment. */
  commentId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Whether it is a turning point, to be kept for ever. */
  keyMoment?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Hours in which a project is left alone. */
export type QuietHoursInput = {
  /** When they begin, local time, such as 22:00. */
  from: Scalars['String']['input'];
  /** The time zone, by its IANA name such as Europe/Berlin. */
  timeZone: Scalars['String']['input'];
  /** When they end, local time, such as 07:00. */
  to: Scalars['String']['input'];
};

/** What somebody's model has found out about an entity. */
export type RaiseInsightInput = {
  /** The entity, by its id such as stu_4532, or its global id. */
  entityId: Scalars['ID']['input'];
  /** The numbers that it rests on; at most 30. */
  evidence?: InputMaybe<Array<InsightEvidenceInput>>;
  /** When it expires if nobody closes it; in 30 days where not given. */
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Why, in words; at most 2000 characters. */
  explanation: Scalars['String']['input'];
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Name of the model. */
  modelUsed: Scalars['String']['input'];
  /** What it predicts: it is held against what happens, and counts in the model's precision. */
  outcome?: InputMaybe<PredictedOutcomeInput>;
  /** What kind of insight it is, such as churn_risk; at most 60 characters. */
  predictionType: Scalars['String']['input'];
  /** Version of its prompt, where it has one. */
  promptVersion?: InputMaybe<Scalars['String']['input']>;
  /** What should be done; at most 10, each of at most 300 characters. */
  recommendations?: InputMaybe<Array<Scalars['String']['input']>>;
  /** How great the risk is, 0 to 100. */
  riskScore: Scalars['Float']['input'];
  /** What it is, in a line of at most 200 characters. */
  title: Scalars['String']['input'];
};

/** A metric differs from what it was some days ago. */
export type RateOfChangeConditionInput = {
  /** The level at which it has cleared; between the two it stays as it is. Not on the firing side of `fireAt`. */
  clearAt: Scalars['Float']['input'];
  /** On which side of the level it is met. */
  comparison: InsightComparison;
  /** The level at which it is met; from -1000000 to 1000000, as all levels. */
  fireAt: Scalars['Float']['input'];
  /** The metric, such as sessions_7d or health_score. */
  metric: Scalars['String']['input'];
  /** How many days ago: 1 to 30. */
  overDays: Scalars['Int']['input'];
  /** How the change is measured. */
  unit: RateUnit;
};

/** How a change is measured. */
export type RateUnit =
  /** The value less what it was. */
  | 'ABSOLUTE'
  /** In percent of what it was; without a value where that was 0. */
  | 'PERCENT';

/** An event to be moved to another project. */
export type ReassignProjectEventInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Name of the project that it belongs to. */
  project: Scalars['String']['input'];
  /** The event: its global id or its `projectEventId`. */
  projectEventId: Scalars['ID']['input'];
  /** Why; at most 1,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Another credential. */
export type ReauthorizeIntegrationInput = {
  /** The credential in the credential store: <user>/<name>, one of the session's own user. */
  credentialRef: Scalars['String']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** The order of project events, by receipt, or of batches, by sealing. */
export type ReceiptOrder =
  /** The latest first. */
  | 'NEWEST_FIRST'
  /** The earliest first. */
  | 'OLDEST_FIRST';

/** Facts to be recorded together. What is wrong with one is no harm to the others. Under an `idempotencyKey` the same call may come again: what it has recorded is a repeat then, what was refused is tried again; another call under the key is refused as a whole. */
export type RecordActivitiesInput = {
  /** The facts: 1 to 100. */
  activities: Array<ActivityInput>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A fact to be recorded. */
export type RecordActivityInput = {
  /** The source's own id of it, at most 200 characters without spaces: bringing it again changes nothing. Ids are per type of entity; those of signed deliveries are their own. */
  dedupeId?: InputMaybe<Scalars['String']['input']>;
  /** The entity, by its id such as stu_4532, of at most 120 characters, or its global id. */
  entityId: Scalars['ID']['input'];
  /** Groups that it counts for, too, such as sub_algebra; at most 5. */
  groups?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Your name for this call, 1 to 200 characters: calling again with the same key has no second effect, and with another input is refused. A `dedupeId` does the same for the fact, whoever brings it. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What happened: a kind of activity, such as session, ib_call or rating. */
  kind: Scalars['String']['input'];
  /** Something to note; at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** When it happened, to the second; now where not given. At most 60 seconds ahead. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Where it comes from, such as zoom; at most 60 characters, `api` where not given. */
  source?: InputMaybe<Scalars['String']['input']>;
  /** Its value, for kinds that have one and for these only; at most three digits behind the point. */
  value?: InputMaybe<Scalars['Float']['input']>;
};

/** Something that happened. */
export type RecordTimelineEntryInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Whether it is a turning point, to be kept for ever. */
  keyMoment?: InputMaybe<Scalars['Boolean']['input']>;
  /** When it happened; now where not given. Not in the future. */
  occurredAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** What happened: 1 to 4,000 characters. */
  text: Scalars['String']['input'];
};

/** Items that a webhook would not take, to be sent again. */
export type RedeliverItemsInput = {
  /** Which of the session's `deadLetters`. */
  deadLetterId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** A batch that needs another summary. */
export type RegenerateSummaryInput = {
  /** The batch: its global id or its `batchId`. */
  batchId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1,000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** That a worker gives a request back. */
export type ReleaseRequestInput = {
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The token that the claim gave. Once another worker has the request it is no good. */
  leaseToken: Scalars['Int']['input'];
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
};

/** An assignment rule to be taken away. Events that it has assigned stay where they are. */
export type RemoveAssignmentRuleInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Id of the rule. */
  ruleId: Scalars['ID']['input'];
};

/** The reopening of a resolved or closed incident. */
export type ReopenIncidentInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Why. */
  reason: Scalars['String']['input'];
};

/** Which requests to follow: all that is given must hold; of a list, which must not be empty, one must. */
export type ResearchChangeFilter = {
  /** With one of these priorities, before the change or behind it. */
  priorities?: InputMaybe<Array<ResearchPriority>>;
  /** Of this project. */
  projectId?: InputMaybe<Scalars['String']['input']>;
  /** Of this type. */
  requestType?: InputMaybe<Scalars['String']['input']>;
  /** In one of these statuses, before the change or behind it. */
  statuses?: InputMaybe<Array<ResearchRequestStatus>>;
  /** Of this strategy. */
  strategy?: InputMaybe<ProcessingStrategy>;
  /** Wanted by this user. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** What a request asks for. What is not given has its default. */
export type ResearchConfigInput = {
  /** Pages that a worker fetches at a time: 1 to 50. */
  batchSize?: InputMaybe<Scalars['Int']['input']>;
  /** What the worker is told besides: a JSON object of at most 8192 bytes. */
  customParams?: InputMaybe<Scalars['JSON']['input']>;
  /** How much of a page is kept. */
  extractionMode?: InputMaybe<ExtractionMode>;
  /** What content is looked for by: 1 to 100, none twice, at most 100 characters each. */
  keywords: Array<Scalars['String']['input']>;
  /** Most pages of one source: 1 to 200. */
  maxPagesPerSource?: InputMaybe<Scalars['Int']['input']>;
  /** How many attempts may follow one that failed: 0 to 10. */
  maxRetries?: InputMaybe<Scalars['Int']['input']>;
  /** Content with a lower score is left out: 0 to 1. */
  qualityThreshold?: InputMaybe<Scalars['Float']['input']>;
  /** Where it is looked for: 1 to 20. */
  sources: Array<ResearchSourceInput>;
};

/** Why a request has failed. */
export type ResearchFailureReason =
  /** Its time was over. */
  | 'DEADLINE'
  /** Its attempts failed, as often as it may be tried, or once in a way that no other attempt mends. */
  | 'ERROR'
  /** Its workers vanished too often. */
  | 'STALLED';

/** Something that the results say. */
export type ResearchFindingInput = {
  /** Ids of the items that it rests on: 1 to 20. */
  citations: Array<Scalars['ID']['input']>;
  /** What is said; at most 1000 characters. */
  text: Scalars['String']['input'];
};

/** A piece of content that a worker has found and keeps. */
export type ResearchItemInput = {
  /** When the worker read it. */
  fetchedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Its id, chosen by the worker, unique in the request: what findings cite. */
  itemId: Scalars['ID']['input'];
  /** The keywords that it has; none where not given. */
  matchedKeywords?: InputMaybe<Array<Scalars['String']['input']>>;
  /** When it was published. */
  publishedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** How well it answers the keywords, 0 to 1. */
  score: Scalars['Float']['input'];
  /** One of the request's sources, by its name. */
  source: Scalars['String']['input'];
  /** What kind of source it is. */
  sourceType: ResearchSourceType;
  /** Excerpt or whole text, by the extraction mode; at most 50000 characters. */
  text: Scalars['String']['input'];
  /** Its title; at most 300 characters. */
  title: Scalars['String']['input'];
  /** Where it was found: an http or https address without credentials. */
  url: Scalars['String']['input'];
};

/** An entry for a request's logs. */
export type ResearchLogEntryInput = {
  /** When; when it is recorded where not given. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  /** How much it matters. */
  level?: InputMaybe<ResearchLogLevel>;
  /** What is said; at most 2000 characters. */
  message: Scalars['String']['input'];
  /** What is said besides: a JSON object of at most 2048 bytes. */
  metadata?: InputMaybe<Scalars['JSON']['input']>;
  /** What the worker was doing; what its last heartbeat said where not given. */
  stage?: InputMaybe<Scalars['String']['input']>;
};

/** How much a log entry matters. */
export type ResearchLogLevel =
  /** For those who look for a fault. */
  | 'DEBUG'
  /** Something failed; also among the request's `errors`. */
  | 'ERROR'
  /** What is done. */
  | 'INFO'
  /** Something is not as it should be; also among the request's `warnings`. */
  | 'WARNING';

/** The order of log entries. */
export type ResearchLogOrder =
  /** The latest first. */
  | 'NEWEST_FIRST'
  /** The earliest first. */
  | 'OLDEST_FIRST';

/** How soon a request is wanted. A quarter of an hour of waiting makes up for one level. */
export type ResearchPriority =
  /** Before those that came up to a quarter of an hour earlier with MEDIUM. */
  | 'HIGH'
  /** Behind those that come up to a quarter of an hour later with MEDIUM. */
  | 'LOW'
  /** As they come. */
  | 'MEDIUM';

/** How far a worker is. Neither percentage nor counts of one attempt go back. */
export type ResearchProgressInput = {
  /** Pages that were read; as before where not given. */
  contentExtracted?: InputMaybe<Scalars['Int']['input']>;
  /** When it may be done, not in the past; reckoned from the time that it took so far where not given. */
  estimatedCompletion?: InputMaybe<Scalars['DateTime']['input']>;
  /** How much is done, 0 to 100. */
  percentage: Scalars['Float']['input'];
  /** Pages that could not be read; as before where not given. */
  processingErrors?: InputMaybe<Scalars['Int']['input']>;
  /** What it is doing; at most 100 characters. */
  stage: Scalars['String']['input'];
  /** Addresses that were found; as before where not given. */
  urlsFound?: InputMaybe<Scalars['Int']['input']>;
};

/** What happened to a research request. Tolerate values you do not know: new ones may come. */
export type ResearchRequestChange =
  /** An attempt failed. */
  | 'ATTEMPT_FAILED'
  /** Somebody wants it to end; its worker is told. */
  | 'CANCELLATION_REQUESTED'
  /** Somebody has ended it. */
  | 'CANCELLED'
  /** A worker has claimed it. */
  | 'CLAIMED'
  /** Its results are there. */
  | 'COMPLETED'
  /** A message about it was given to the queue. */
  | 'DISPATCHED'
  /** It has come to nothing. */
  | 'FAILED'
  /** Its worker has found something. */
  | 'ITEMS_ADDED'
  /** Nothing was heard of its worker for too long. */
  | 'LEASE_EXPIRED'
  /** Its worker has logged something. */
  | 'LOGGED'
  /** It got another priority. */
  | 'PRIORITISED'
  /** Its worker says how far it is. */
  | 'PROGRESSED'
  /** Its time has come: workers may claim it. */
  | 'QUEUED'
  /** Its worker gave it back. */
  | 'RELEASED'
  /** Somebody has it done once more. */
  | 'RETRIED'
  /** Its worker has started. */
  | 'STARTED'
  /** It was submitted. */
  | 'SUBMITTED';

/** Which research requests: all that is given must hold; of a list, which must not be empty, one value must. */
export type ResearchRequestFilter = {
  /** Submitted at or after. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** With one of these priorities. */
  priorities?: InputMaybe<Array<ResearchPriority>>;
  /** Of this project. */
  projectId?: InputMaybe<Scalars['String']['input']>;
  /** Of this type. */
  requestType?: InputMaybe<Scalars['String']['input']>;
  /** In one of these statuses. */
  statuses?: InputMaybe<Array<ResearchRequestStatus>>;
  /** Of this strategy. */
  strategy?: InputMaybe<ProcessingStrategy>;
  /** Submitted before. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
  /** Wanted by this user. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** The order of research requests. */
export type ResearchRequestOrder =
  /** The latest first. */
  | 'NEWEST_FIRST'
  /** The earliest first. */
  | 'OLDEST_FIRST'
  /** High before medium before low, the earliest of each first; of one strategy only, named by the filter. */
  | 'PRIORITY';

/** How far a research request has come. */
export type ResearchRequestStatus =
  /** Somebody has ended it. It may be retried. */
  | 'CANCELLED'
  /** Its results are there. */
  | 'COMPLETED'
  /** Its worker has started. */
  | 'EXECUTING'
  /** It has come to nothing: see `failureReason`. Somebody may have it retried. */
  | 'FAILED'
  /** It waits for a worker. */
  | 'PENDING'
  /** A worker has claimed it. */
  | 'PROCESSING';

/** What has come of a request, besides the items that were added. */
export type ResearchResultsInput = {
  /** Requests that the work took. */
  apiCalls: Scalars['Int']['input'];
  /** Of these what could be read, whether it was kept or not. */
  contentExtracted: Scalars['Int']['input'];
  /** What was found, in short; at most 5000 characters. */
  executiveSummary: Scalars['String']['input'];
  /** What matters most: at most 50; none where not given. */
  keyFindings?: InputMaybe<Array<ResearchFindingInput>>;
  /** What the worker has put into a shape of its own: at most 100 values, and 65536 bytes as JSON. */
  structuredOutputs?: InputMaybe<Array<Scalars['JSON']['input']>>;
  /** Addresses that were found. */
  urlsDiscovered: Scalars['Int']['input'];
  /** Who wrote summary and findings: `deterministic-v1`, or the name of a model. */
  writtenBy?: InputMaybe<Scalars['String']['input']>;
};

/** Where content is looked for. */
export type ResearchSourceInput = {
  /** Where to begin: an https address of the public web; at most 500 characters. */
  baseUrl: Scalars['String']['input'];
  /** Its name, unique in the request; at most 100 characters. */
  name: Scalars['String']['input'];
  /** What kind of source it is. */
  sourceType: ResearchSourceType;
};

/** What kind of source it is. */
export type ResearchSourceType =
  /** Universities, institutes, journals. */
  | 'ACADEMIC'
  /** Clinical trials. */
  | 'CLINICAL'
  /** Regulators and other authorities. */
  | 'GOVERNMENT'
  /** Companies and their associations. */
  | 'INDUSTRY'
  /** News. */
  | 'NEWS'
  /** Anything else. */
  | 'OTHER';

/** An insight that holds no more. */
export type ResolveInsightInput = {
  /** The insight: its global id or its `alertId`. */
  alertId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Something to note; at most 500 characters. */
  note?: InputMaybe<Scalars['String']['input']>;
};

/** The return of an incident from the archive. */
export type RestoreIncidentInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Why. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** A session that goes on: one that is PAUSED, DISABLED or NEEDS_REAUTH. */
export type ResumeIntegrationInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The service of the session. */
  serviceType: Scalars['String']['input'];
  /** Whose session it is: yours where not given. Another one's takes the role OPERATOR. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** A batch whose posting is to be tried again. */
export type RetryBatchPostInput = {
  /** The batch: its global id or its `batchId`. */
  batchId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A dead letter to try again. */
export type RetryDeadLetterInput = {
  /** Refuse with VersionConflictError unless the event that could not be handled is this version of the stream: by now it may be another one. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Name of the processor. */
  processor: Scalars['String']['input'];
  /** The stream that it has parked. */
  streamId: Scalars['String']['input'];
};

/** A request that has failed or was cancelled, and is to be done once more. */
export type RetryRequestInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
};

/** The severity of an incident that is declared for an insight of some risk. */
export type RiskSeverityInput = {
  /** For a risk of this or more, 0 to 100. */
  riskAtLeast: Scalars['Int']['input'];
  /** The severity. */
  severity: Severity;
};

/** New settings of a project; what is not given stays as it is. */
export type SetProjectSettingsInput = {
  /** The Slack channel of its summaries, by id or name; null takes it away. */
  channel?: InputMaybe<Scalars['String']['input']>;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What is told at once, besides the summaries. */
  notifications?: InputMaybe<NotificationLevel>;
  /** When its events are sealed; replaces the whole policy. */
  policy?: InputMaybe<BatchPolicyInput>;
  /** Name of the project. */
  project: Scalars['String']['input'];
};

/** How many requests of a project may be with workers at a time. */
export type SetResearchLimitInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** How many: 1 to 100; any number where null or not given. */
  maxRunning?: InputMaybe<Scalars['Int']['input']>;
  /** The project. */
  projectId: Scalars['String']['input'];
};

/** How bad an incident is; P0 is worst. */
export type Severity =
  /** All hands: the business stands still. */
  | 'P0'
  /** Critical: a main function is down for many. */
  | 'P1'
  /** Major: a function is down or very slow for some. */
  | 'P2'
  /** Minor: something is wrong, with a way around it. */
  | 'P3'
  /** Trivial: to be mended some time. */
  | 'P4';

/** A rule that is to raise nothing for a time. */
export type SilenceInsightRuleInput = {
  /** Only about this entity; about all where not given. */
  entityId?: InputMaybe<Scalars['ID']['input']>;
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason: Scalars['String']['input'];
  /** Id of the rule. */
  ruleId: Scalars['ID']['input'];
  /** Until when. */
  until: Scalars['DateTime']['input'];
};

/** A dead letter to leave out. */
export type SkipDeadLetterInput = {
  /** Refuse with VersionConflictError unless the event that could not be handled is this version of the stream: by now it may be another one. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Name of the processor. */
  processor: Scalars['String']['input'];
  /** Why it can be left out, 1 to 1,000 characters: it goes to the audit log with your name. */
  reason: Scalars['String']['input'];
  /** The stream that it has parked. */
  streamId: Scalars['String']['input'];
};

/** An insight of which people are not to be told for a time. */
export type SnoozeInsightInput = {
  /** The insight: its global id or its `alertId`. */
  alertId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Why; at most 1000 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Until when. */
  until: Scalars['DateTime']['input'];
};

/** That a worker starts. */
export type StartRequestInput = {
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The token that the claim gave. Once another worker has the request it is no good. */
  leaseToken: Scalars['Int']['input'];
  /** The request: its global id or its `requestId`. */
  requestId: Scalars['ID']['input'];
  /** Whether it goes on from the checkpoint and the parts that an earlier attempt has left; else they are dropped. */
  resume?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A new research request. */
export type SubmitRequestInput = {
  /** What it asks for. */
  config: ResearchConfigInput;
  /** It fails unless it has come to its end within so many seconds: 10 to 604800. */
  deadlineSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Of those with one key in a project only one is not over at a time: it is returned in the place of a new one. At most 200 characters. */
  dedupeKey?: InputMaybe<Scalars['String']['input']>;
  /** No worker may claim it before so many seconds are over: 0 to 604800. */
  delaySeconds?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** How soon it is wanted. */
  priority?: InputMaybe<ResearchPriority>;
  /** The project that it belongs to: one of yours. */
  projectId: Scalars['String']['input'];
  /** What kind of request it is, such as semaglutide_intelligence: 1 to 64 letters, digits, _ or -. Workers may take some kinds only. */
  requestType: Scalars['String']['input'];
  /** How workers hear of it. */
  strategy?: InputMaybe<ProcessingStrategy>;
  /** Who wants it: you where not given. Another one takes access to all projects. */
  userId?: InputMaybe<Scalars['String']['input']>;
};

/** Who wrote a summary. */
export type SummarySource =
  /** A person. */
  | 'HUMAN'
  /** A language model. */
  | 'MODEL';

/** A metric is below or above a level. */
export type ThresholdConditionInput = {
  /** The level at which it has cleared; between the two it stays as it is. Not on the firing side of `fireAt`. */
  clearAt: Scalars['Float']['input'];
  /** On which side of the level it is met. */
  comparison: InsightComparison;
  /** The level at which it is met; from -1000000 to 1000000, as all levels. */
  fireAt: Scalars['Float']['input'];
  /** The metric, such as sessions_7d or health_score. */
  metric: Scalars['String']['input'];
};

/** A timeline entry to pin or unpin. */
export type TimelineEntryInput = {
  /** Global id of the entry. */
  entryId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What a timeline entry tells. */
export type TimelineKind =
  /** It went to the archive. */
  | 'ARCHIVED'
  /** Somebody commented. */
  | 'COMMENT_ADDED'
  /** A comment was deleted. */
  | 'COMMENT_DELETED'
  /** A comment was edited. */
  | 'COMMENT_EDITED'
  /** The incident was declared. */
  | 'DECLARED'
  /** Its title or description changed. */
  | 'DETAILS_CHANGED'
  /** An entry was pinned. */
  | 'ENTRY_PINNED'
  /** An entry was unpinned. */
  | 'ENTRY_UNPINNED'
  /** A follow-up was added. */
  | 'FOLLOW_UP_ADDED'
  /** A follow-up was changed. */
  | 'FOLLOW_UP_CHANGED'
  /** A follow-up was done. */
  | 'FOLLOW_UP_COMPLETED'
  /** A follow-up was reopened. */
  | 'FOLLOW_UP_REOPENED'
  /** Its labels changed. */
  | 'LABELS_CHANGED'
  /** Something was linked. */
  | 'LINKED'
  /** The incident was merged into another. */
  | 'MERGED'
  /** Another incident was merged into this one. */
  | 'MERGE_RECEIVED'
  /** Another incident was unmerged from this one. */
  | 'MERGE_UNDONE'
  /** Somebody recorded what happened, or promoted a comment. */
  | 'NOTE'
  /** A post-mortem was attached. */
  | 'POSTMORTEM_ATTACHED'
  /** It was reopened. */
  | 'REOPENED'
  /** It came back from the archive. */
  | 'RESTORED'
  /** Somebody took a role. */
  | 'ROLE_ASSIGNED'
  /** A role went from one person to another. */
  | 'ROLE_HANDED_OVER'
  /** Somebody gave up a role. */
  | 'ROLE_RELEASED'
  /** Another service is affected. */
  | 'SERVICE_ADDED'
  /** A service is no longer affected. */
  | 'SERVICE_REMOVED'
  /** Its severity changed. */
  | 'SEVERITY_CHANGED'
  /** Its status changed. */
  | 'STATUS_CHANGED'
  /** A summary was attached. */
  | 'SUMMARY_ATTACHED'
  /** A link was removed. */
  | 'UNLINKED'
  /** Its merge was taken back. */
  | 'UNMERGED';

/** The order of a timeline. */
export type TimelineOrder =
  /** By the time entries tell of, latest first. */
  | 'NEWEST_FIRST'
  /** By the time entries tell of, earliest first. */
  | 'OLDEST_FIRST';

/** A link to remove; between incidents, at both ends. */
export type UnlinkIncidentInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Id of the link. */
  linkId: Scalars['ID']['input'];
};

/** The undoing of a merge. */
export type UnmergeIncidentInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Why. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** A silence that is to end. */
export type UnsilenceInsightRuleInput = {
  /** Refuse with VersionConflictError unless the thing that is changed is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Id of the rule. */
  ruleId: Scalars['ID']['input'];
  /** Id of the silence. */
  silenceId: Scalars['ID']['input'];
};

/** Why something was refused. Tolerate codes you do not know: new ones may come. */
export type UserErrorCode =
  /** You may not do this. */
  | 'FORBIDDEN'
  /** The idempotency key stands for an earlier, different input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The present status does not allow this step. */
  | 'INVALID_TRANSITION'
  /** You hold no lease on it (any more): stop working on it. */
  | 'LEASE_LOST'
  /** What the input names does not exist. */
  | 'NOT_FOUND'
  /** You have asked too often: wait `retryAfter` seconds. */
  | 'RATE_LIMITED'
  /** The store did not take the write; repeat it with the same idempotency key. */
  | 'UNAVAILABLE'
  /** A field breaks a rule of form or content. */
  | 'VALIDATION'
  /** Somebody else was faster: the thing is not at `expectedVersion`. */
  | 'VERSION_CONFLICT';

/** Numbers from a least to a greatest one, both included. */
export type ValueRangeInput = {
  /** The least. */
  least: Scalars['Float']['input'];
  /** The greatest. */
  most: Scalars['Float']['input'];
};

/** How it was proved that a delivery came from its source. */
export type VerificationScheme =
  /** GitHub's signature: HMAC-SHA256 of the body. */
  | 'GITHUB_SHA256'
  /** By none: an authenticated caller of the API brought it. */
  | 'NONE'
  /** Slack's signature, version v0, with its time. */
  | 'SLACK_V0'
  /** A signature as Standard Webhooks specifies it. */
  | 'STANDARD_WEBHOOKS'
  /** Trello's signature: HMAC-SHA1 of the body and the callback address. */
  | 'TRELLO_SHA1';

/** Which of two secrets a signature was made with; there are two while a secret is being replaced. */
export type WebhookSecret =
  /** The one in use. */
  | 'CURRENT'
  /** The one before. */
  | 'PREVIOUS';

export type DeclareIncidentMutationVariables = Exact<{
  input: DeclareIncidentInput;
}>;


export type DeclareIncidentMutation = { declareIncident: { position?: string | null, incident?: { id: string, incidentId: string, number: number, reference: string, title: string, status: IncidentStatus, severity: Severity, services: Array<string>, version: number, startedAt: string, position: string, labels: Array<{ key: string, value: string }>, commander?: { personId: string } | null } | null, entry?:
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
      | { kind: TimelineKind, version: number }
     | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { expected: number, actual: number, code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ChangeStatusMutationVariables = Exact<{
  input: ChangeIncidentStatusInput;
}>;


export type ChangeStatusMutation = { changeIncidentStatus: { position?: string | null, incident?: { status: IncidentStatus, version: number, allowedTransitions: Array<IncidentStatus> } | null, entry?:
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
      | { id: string, kind: TimelineKind, version: number }
     | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { from: string, to: string, allowed: Array<string>, code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { entity: string, missingId: string, code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { expected: number, actual: number, code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type AddCommentMutationVariables = Exact<{
  input: AddIncidentCommentInput;
}>;


export type AddCommentMutation = { addIncidentComment: { position?: string | null, comment?: { id: string, text?: string | null, addedAt: string, author: { id: string } } | null, incident?: { commentCount: number, version: number } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type IncidentQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type IncidentQuery = { incident?: { id: string, incidentId: string, reference: string, title: string, status: IncidentStatus, severity: Severity, services: Array<string>, version: number, position: string } | null };

export type IncidentsQueryVariables = Exact<{
  filter?: InputMaybe<IncidentFilter>;
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  orderBy?: IncidentOrder;
}>;


export type IncidentsQuery = { incidents: { nodes: Array<{ id: string, incidentId: string, reference: string, title: string, status: IncidentStatus, severity: Severity }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type BoardQueryVariables = Exact<{
  first: Scalars['Int']['input'];
  filter?: InputMaybe<IncidentFilter>;
}>;


export type BoardQuery = { incidents: { nodes: Array<{ id: string, reference: string, title: string, status: IncidentStatus, severity: Severity, services: Array<string>, participants: Array<{ personId: string, roles: Array<IncidentRole> }>, timeline: { nodes: Array<
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
          | { occurredAt: string, description: string }
        > } }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type TimelineQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first?: Scalars['Int']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
  kinds?: InputMaybe<Array<TimelineKind> | TimelineKind>;
  since?: InputMaybe<Scalars['DateTime']['input']>;
  actor?: InputMaybe<Scalars['String']['input']>;
  includeMerged?: Scalars['Boolean']['input'];
  keyMomentsOnly?: Scalars['Boolean']['input'];
  orderBy?: TimelineOrder;
}>;


export type TimelineQuery = { incident?: { entryCount: number, timeline: { nodes: Array<
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
        | { id: string, kind: TimelineKind, occurredAt: string, description: string, version: number, pinned: boolean, keyMoment: boolean, incident?: { reference: string } | null }
      >, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } } | null };

export type FollowTimelineSubscriptionVariables = Exact<{
  incidentId: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowTimelineSubscription = { incidentTimeline: { position: string, entry:
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
      | { kind: TimelineKind, description: string, version: number }
     } };

export type FollowIncidentsSubscriptionVariables = Exact<{
  filter?: InputMaybe<IncidentChangeFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowIncidentsSubscription = { incidentChanged: { matches: boolean, position: string, entry:
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
      | { kind: TimelineKind, description: string, version: number, incident?: { reference: string, status: IncidentStatus } | null }
     } };

export type EntityPartsFragment = { id: string, entityId: string, entityType: string, healthScore?: number | null, lastUpdated: string, activityCount: number, version: number, position: string, metrics?: { asOf: string, sessions7d?: number | null, sessions14d?: number | null, sessions30d?: number | null, ibCalls7d?: number | null, ibCalls14d?: number | null, avgRating?: number | null, healthScore?: number | null, lastUpdated: string, formulaVersion: number, trend7d?: number | null, nextChangeAt?: string | null, values: Array<{ name: string, value?: number | null }>, components: Array<{ name: string, metric: string, value?: number | null, normalised?: number | null, weight: number, contribution?: number | null }> } | null };

export type MetricsPartsFragment = { asOf: string, sessions7d?: number | null, sessions14d?: number | null, sessions30d?: number | null, ibCalls7d?: number | null, ibCalls14d?: number | null, avgRating?: number | null, healthScore?: number | null, lastUpdated: string, formulaVersion: number, trend7d?: number | null, nextChangeAt?: string | null, values: Array<{ name: string, value?: number | null }>, components: Array<{ name: string, metric: string, value?: number | null, normalised?: number | null, weight: number, contribution?: number | null }> };

export type InsightPartsFragment = { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null };

export type RulePartsFragment = { ruleId: string, revision: number, enabled: boolean, version: number, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
      | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
      | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
      | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
      | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
    >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } };

export type CatalogPartsFragment = { metrics: Array<string>, version: number, entityTypes: Array<{ name: string, prefix: string, role: EntityRole }>, activityKinds: Array<{ name: string, plural: string, windows: Array<number>, value?: { least: number, most: number } | null }> };

export type FormulasPartsFragment = { entityType: string, activatedAt?: string | null, version: number, active: { formulaVersion: number }, formulas: Array<{ formulaVersion: number, note?: string | null, addedAt?: string | null, components: Array<{ name: string, metric: string, weight: number, worst: number, best: number }> }> };

export type RecordActivityMutationVariables = Exact<{
  input: RecordActivityInput;
}>;


export type RecordActivityMutation = { recordActivity: { activityId?: string | null, repeated: boolean, position?: string | null, entity?: { id: string, entityId: string, entityType: string, healthScore?: number | null, lastUpdated: string, activityCount: number, version: number, position: string, metrics?: { asOf: string, sessions7d?: number | null, sessions14d?: number | null, sessions30d?: number | null, ibCalls7d?: number | null, ibCalls14d?: number | null, avgRating?: number | null, healthScore?: number | null, lastUpdated: string, formulaVersion: number, trend7d?: number | null, nextChangeAt?: string | null, values: Array<{ name: string, value?: number | null }>, components: Array<{ name: string, metric: string, value?: number | null, normalised?: number | null, weight: number, contribution?: number | null }> } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type RecordActivitiesMutationVariables = Exact<{
  input: RecordActivitiesInput;
}>;


export type RecordActivitiesMutation = { recordActivities: { position?: string | null, results: Array<{ index: number, activityId?: string | null, repeated: boolean, position?: string | null, entity?: { entityId: string, healthScore?: number | null } | null, errors: Array<
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
      > }>, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type DefineEntityTypeMutationVariables = Exact<{
  input: DefineEntityTypeInput;
}>;


export type DefineEntityTypeMutation = { defineEntityType: { position?: string | null, catalog?: { metrics: Array<string>, version: number, entityTypes: Array<{ name: string, prefix: string, role: EntityRole }>, activityKinds: Array<{ name: string, plural: string, windows: Array<number>, value?: { least: number, most: number } | null }> } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type DefineActivityKindMutationVariables = Exact<{
  input: DefineActivityKindInput;
}>;


export type DefineActivityKindMutation = { defineActivityKind: { position?: string | null, catalog?: { metrics: Array<string>, version: number, entityTypes: Array<{ name: string, prefix: string, role: EntityRole }>, activityKinds: Array<{ name: string, plural: string, windows: Array<number>, value?: { least: number, most: number } | null }> } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type AddHealthFormulaMutationVariables = Exact<{
  input: AddHealthFormulaInput;
}>;


export type AddHealthFormulaMutation = { addHealthFormula: { formulaVersion?: number | null, position?: string | null, formulas?: { entityType: string, activatedAt?: string | null, version: number, active: { formulaVersion: number }, formulas: Array<{ formulaVersion: number, note?: string | null, addedAt?: string | null, components: Array<{ name: string, metric: string, weight: number, worst: number, best: number }> }> } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ActivateHealthFormulaMutationVariables = Exact<{
  input: ActivateHealthFormulaInput;
}>;


export type ActivateHealthFormulaMutation = { activateHealthFormula: { formulaVersion?: number | null, position?: string | null, formulas?: { entityType: string, activatedAt?: string | null, version: number, active: { formulaVersion: number }, formulas: Array<{ formulaVersion: number, note?: string | null, addedAt?: string | null, components: Array<{ name: string, metric: string, weight: number, worst: number, best: number }> }> } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type CreateInsightRuleMutationVariables = Exact<{
  input: CreateInsightRuleInput;
}>;


export type CreateInsightRuleMutation = { createInsightRule: { position?: string | null, rule?: { ruleId: string, revision: number, enabled: boolean, version: number, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
          | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
          | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
          | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
          | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
        >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ChangeInsightRuleMutationVariables = Exact<{
  input: ChangeInsightRuleInput;
}>;


export type ChangeInsightRuleMutation = { changeInsightRule: { position?: string | null, rule?: { ruleId: string, revision: number, enabled: boolean, version: number, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
          | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
          | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
          | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
          | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
        >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type EnableInsightRuleMutationVariables = Exact<{
  input: EnableInsightRuleInput;
}>;


export type EnableInsightRuleMutation = { enableInsightRule: { position?: string | null, rule?: { ruleId: string, revision: number, enabled: boolean, version: number, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
          | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
          | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
          | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
          | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
        >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type DisableInsightRuleMutationVariables = Exact<{
  input: DisableInsightRuleInput;
}>;


export type DisableInsightRuleMutation = { disableInsightRule: { position?: string | null, rule?: { ruleId: string, revision: number, enabled: boolean, version: number, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
          | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
          | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
          | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
          | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
        >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type SilenceInsightRuleMutationVariables = Exact<{
  input: SilenceInsightRuleInput;
}>;


export type SilenceInsightRuleMutation = { silenceInsightRule: { silenceId?: string | null, position?: string | null, rule?: { ruleId: string, revision: number, enabled: boolean, version: number, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
          | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
          | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
          | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
          | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
        >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type UnsilenceInsightRuleMutationVariables = Exact<{
  input: UnsilenceInsightRuleInput;
}>;


export type UnsilenceInsightRuleMutation = { unsilenceInsightRule: { position?: string | null, rule?: { ruleId: string, revision: number, enabled: boolean, version: number, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
          | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
          | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
          | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
          | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
        >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type RaiseInsightMutationVariables = Exact<{
  input: RaiseInsightInput;
}>;


export type RaiseInsightMutation = { raiseInsight: { raised: boolean, position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type AcknowledgeInsightMutationVariables = Exact<{
  input: AcknowledgeInsightInput;
}>;


export type AcknowledgeInsightMutation = { acknowledgeInsight: { position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { from: string, to: string, allowed: Array<string>, code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type SnoozeInsightMutationVariables = Exact<{
  input: SnoozeInsightInput;
}>;


export type SnoozeInsightMutation = { snoozeInsight: { position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ResolveInsightMutationVariables = Exact<{
  input: ResolveInsightInput;
}>;


export type ResolveInsightMutation = { resolveInsight: { position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { from: string, to: string, allowed: Array<string>, code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type DismissInsightMutationVariables = Exact<{
  input: DismissInsightInput;
}>;


export type DismissInsightMutation = { dismissInsight: { position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type GiveInsightFeedbackMutationVariables = Exact<{
  input: GiveInsightFeedbackInput;
}>;


export type GiveInsightFeedbackMutation = { giveInsightFeedback: { position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type MarkInsightRecommendationMutationVariables = Exact<{
  input: MarkInsightRecommendationInput;
}>;


export type MarkInsightRecommendationMutation = { markInsightRecommendation: { position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type LinkInsightToIncidentMutationVariables = Exact<{
  input: LinkInsightToIncidentInput;
}>;


export type LinkInsightToIncidentMutation = { linkInsightToIncident: { position?: string | null, insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, incident?: { reference: string, links: Array<{ kind: LinkKind, target: string, insight?: { alertId: string } | null }> } | null, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type EntityQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  type?: InputMaybe<Scalars['String']['input']>;
}>;


export type EntityQuery = { entity?: { id: string, entityId: string, entityType: string, healthScore?: number | null, lastUpdated: string, activityCount: number, version: number, position: string, metrics?: { asOf: string, sessions7d?: number | null, sessions14d?: number | null, sessions30d?: number | null, ibCalls7d?: number | null, ibCalls14d?: number | null, avgRating?: number | null, healthScore?: number | null, lastUpdated: string, formulaVersion: number, trend7d?: number | null, nextChangeAt?: string | null, values: Array<{ name: string, value?: number | null }>, components: Array<{ name: string, metric: string, value?: number | null, normalised?: number | null, weight: number, contribution?: number | null }> } | null } | null };

export type EntityInFullQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ActivityFilter>;
}>;


export type EntityInFullQuery = { entity?: { id: string, entityId: string, entityType: string, healthScore?: number | null, lastUpdated: string, activityCount: number, version: number, position: string, lastActivityAt: Array<{ kind: string, at: string }>, activities: { nodes: Array<{ activityId: string, kind: string, value?: number | null, occurredAt: string, source: string, dedupeId?: string | null, note?: string | null, groups: Array<{ entityType: string, entityId: string, entity?: { entityId: string, healthScore?: number | null } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } }, insights: { nodes: Array<{ alertId: string, status: InsightStatus, entity?: { entityId: string } | null }> }, metrics?: { asOf: string, sessions7d?: number | null, sessions14d?: number | null, sessions30d?: number | null, ibCalls7d?: number | null, ibCalls14d?: number | null, avgRating?: number | null, healthScore?: number | null, lastUpdated: string, formulaVersion: number, trend7d?: number | null, nextChangeAt?: string | null, values: Array<{ name: string, value?: number | null }>, components: Array<{ name: string, metric: string, value?: number | null, normalised?: number | null, weight: number, contribution?: number | null }> } | null } | null };

export type EntitiesQueryVariables = Exact<{
  filter: EntityFilter;
  orderBy?: InputMaybe<EntityOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type EntitiesQuery = { entities: { nodes: Array<{ entityId: string, healthScore?: number | null, metrics?: { sessions7d?: number | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type MetricsQueryVariables = Exact<{
  entityId: Scalars['ID']['input'];
  asOf?: InputMaybe<Scalars['DateTime']['input']>;
  atLeast?: InputMaybe<Scalars['String']['input']>;
}>;


export type MetricsQuery = { metrics?: { entityId: string, entityType: string, asOf: string, sessions7d?: number | null, sessions14d?: number | null, sessions30d?: number | null, ibCalls7d?: number | null, ibCalls14d?: number | null, avgRating?: number | null, healthScore?: number | null, lastUpdated: string, formulaVersion: number, trend7d?: number | null, nextChangeAt?: string | null, values: Array<{ name: string, value?: number | null }>, components: Array<{ name: string, metric: string, value?: number | null, normalised?: number | null, weight: number, contribution?: number | null }> } | null };

export type MetricsHistoryQueryVariables = Exact<{
  entityId: Scalars['ID']['input'];
  from?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type MetricsHistoryQuery = { metricsHistory: { nodes: Array<{ at: string, healthScore?: number | null, values: Array<{ name: string, value?: number | null }> }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type InsightsCatalogQueryVariables = Exact<{ [key: string]: never; }>;


export type InsightsCatalogQuery = { insightsCatalog: { metrics: Array<string>, version: number, entityTypes: Array<{ name: string, prefix: string, role: EntityRole }>, activityKinds: Array<{ name: string, plural: string, windows: Array<number>, value?: { least: number, most: number } | null }> } };

export type HealthFormulasQueryVariables = Exact<{
  entityType: Scalars['String']['input'];
}>;


export type HealthFormulasQuery = { healthFormulas?: { entityType: string, activatedAt?: string | null, version: number, active: { formulaVersion: number }, formulas: Array<{ formulaVersion: number, note?: string | null, addedAt?: string | null, components: Array<{ name: string, metric: string, weight: number, worst: number, best: number }> }> } | null };

export type BacktestHealthFormulaQueryVariables = Exact<{
  components: Array<HealthComponentInput> | HealthComponentInput;
  entities: BacktestEntitiesInput;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
}>;


export type BacktestHealthFormulaQuery = { backtestHealthFormula: { entityCount: number, meanDifference?: number | null, greatestDifference?: number | null, entities: { nodes: Array<{ entityId: string, points: Array<{ at: string, current?: number | null, proposed?: number | null }> }> } } };

export type BacktestInsightRuleQueryVariables = Exact<{
  definition: InsightRuleDefinitionInput;
  entities: BacktestEntitiesInput;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
}>;


export type BacktestInsightRuleQuery = { backtestInsightRule: { entityCount: number, insightCount: number, isPartial: boolean, precision?: number | null, medianLeadTime?: string | null, insights: { nodes: Array<{ entityId: string, raisedAt: string, resolvedAt?: string | null, riskScore: number, outcome?: { happened: boolean, leadTime?: string | null } | null }> } } };

export type InsightQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type InsightQuery = { insight?: { id: string, alertId: string, predictionType: string, entityId: string, entityType: string, status: InsightStatus, riskScore: number, peakRiskScore: number, title: string, explanation: string, raisedAt: string, updatedAt: string, expiresAt: string, snoozedUntil?: string | null, ruleRevision?: number | null, version: number, position: string, entity?: { entityId: string, healthScore?: number | null } | null, rule?: { ruleId: string } | null, incident?: { reference: string } | null, evidence: Array<{ name: string, value?: number | null, level?: number | null }>, recommendations: Array<{ recommendationId: string, text: string, done?: { at: string, by: string } | null }>, origin: { modelUsed: string, promptVersion?: string | null }, acknowledged?: { by: string, note?: string | null } | null, resolved?: { cause: InsightResolutionCause, by: string } | null, dismissed?: { reason: InsightDismissalReason, by: string, note?: string | null } | null, feedback: Array<{ by: string, useful: boolean, comment?: string | null }>, outcome?: { metric: string, comparison: InsightComparison, value: number, withinDays: number } | null, scored?: { happened: boolean } | null } | null };

export type InsightHistoryQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type InsightHistoryQuery = { insight?: { history: { nodes: Array<{ eventId: string, change: InsightChange, data: unknown, version: number, actor: { id: string } }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } } | null };

export type InsightsQueryVariables = Exact<{
  filter?: InputMaybe<InsightFilter>;
  orderBy?: InputMaybe<InsightOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type InsightsQuery = { insights: { nodes: Array<{ alertId: string, predictionType: string, entityId: string, status: InsightStatus, riskScore: number }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type InsightRuleQueryVariables = Exact<{
  id: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['String']['input']>;
}>;


export type InsightRuleQuery = { insightRule?: { ruleId: string, revision: number, enabled: boolean, version: number, performance?: { raised: number, acknowledged: number, resolved: number, dismissed: number, expired: number, useful: number, notUseful: number, happened: number, notHappened: number, precision?: number | null, meanLeadTime?: string | null, lastRaisedAt?: string | null } | null, watches: { nodes: Array<{ phase: InsightWatchPhase, entityId: string, entity?: { healthScore?: number | null } | null, insight?: { alertId: string } | null }> }, disabled?: { reason?: string | null, suspended: boolean } | null, silences: Array<{ silenceId: string, entityId?: string | null, until: string, reason: string, by: string }>, definition: { title: string, entityTypes: Array<string>, forSeconds: number, cooldownSeconds: number, expiresAfterSeconds: number, recommendations: Array<string>, conditions: Array<
        | { __typename: 'AnomalyCondition', metric: string, baselineDays: number, leastDays: number, direction: AnomalyDirection, fireAt: number, clearAt: number }
        | { __typename: 'NoDataCondition', kind?: string | null, afterSeconds: number }
        | { __typename: 'RateOfChangeCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number, overDays: number, unit: RateUnit }
        | { __typename: 'ThresholdCondition', metric: string, comparison: InsightComparison, fireAt: number, clearAt: number }
      >, risk: { least: number, most: number, worstAt?: number | null }, outcome?: { metric: string, withinDays: number } | null, incident?: { services: Array<string>, dedupe: InsightIncidentDedupe, autoResolve: boolean, severities: Array<{ riskAtLeast: number, severity: Severity }> } | null, notify?: { channel?: string | null } | null } } | null };

export type InsightRulesQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type InsightRulesQuery = { insightRules: { nodes: Array<{ ruleId: string, enabled: boolean, performance?: { raised: number } | null }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type FollowMetricsSubscriptionVariables = Exact<{
  filter?: InputMaybe<MetricsChangeFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowMetricsSubscription = { metricsChanged: { entityId: string, entityType: string, at: string, cause: MeasureCause, healthScore?: number | null, position: string, values: Array<{ name: string, value?: number | null }>, entity: { version: number } } };

export type FollowRaisedInsightsSubscriptionVariables = Exact<{
  filter?: InputMaybe<InsightRaisedFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowRaisedInsightsSubscription = { insightRaised: { change: InsightChange, alertId: string, position: string, insight: { predictionType: string, entityId: string, riskScore: number, status: InsightStatus } } };

export type FollowInsightsSubscriptionVariables = Exact<{
  filter?: InputMaybe<InsightChangeFilter>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowInsightsSubscription = { insightChanged: { change: InsightChange, alertId: string, position: string, insight: { status: InsightStatus, entityId: string } } };

export type EventPartsFragment = { id: string, projectEventId: string, source: ProjectEventSource, kind: ProjectEventKind, title: string, text?: string | null, url?: string | null, labels: Array<string>, importance: ProjectEventImportance, subject?: string | null, occurredAt: string, receivedAt: string, eventTime: number, deliveryId: string, eventData?: unknown | null, clipped: boolean, processed: boolean, notifiedAt?: string | null, version: number, project: { name: string }, actor?: { id: string, name?: string | null } | null, refs: Array<{ type: ProjectEventRefType, id: string }>, original?: { bytes: number, sha256: string } | null, verification: { scheme: VerificationScheme, secret?: WebhookSecret | null }, batch?: { batchId: string } | null, notificationDropped?: { at: string, reason: NotificationDropReason } | null };

export type BatchPartsFragment = { id: string, batchId: string, status: BatchStatus, trigger: BatchTrigger, critical: boolean, openedAt: string, sealedAt: string, eventCount: number, summaryPending: boolean, version: number, project: { name: string }, summary?: { headline: string, modelUsed: string, promptVersion: string, revision: number, fallbackReason?: string | null, themes: Array<{ text: string, events: Array<{ projectEventId: string, title: string }> }>, blockers: Array<{ text: string, since: string, events: Array<{ projectEventId: string, title: string }> }>, achievements: Array<{ text: string, events: Array<{ projectEventId: string, title: string }> }>, links: Array<{ label: string, url: string, projectEventId: string }>, stats: { events: number, actors: number, alreadyNotified: number, omitted: number, bySource: Array<{ source: ProjectEventSource, count: number }>, byKind: Array<{ kind: ProjectEventKind, count: number }> } } | null, post: { attempts: number, notifier?: string | null, channel?: string | null, messageId?: string | null, postedAt?: string | null, error?: string | null, retryAt?: string | null, notBefore?: string | null } };

export type IngestProjectEventMutationVariables = Exact<{
  input: IngestProjectEventInput;
}>;


export type IngestProjectEventMutation = { ingestProjectEvent: { repeated: boolean, position?: string | null, projectEvent?: { id: string, projectEventId: string, source: ProjectEventSource, kind: ProjectEventKind, title: string, text?: string | null, url?: string | null, labels: Array<string>, importance: ProjectEventImportance, subject?: string | null, occurredAt: string, receivedAt: string, eventTime: number, deliveryId: string, eventData?: unknown | null, clipped: boolean, processed: boolean, notifiedAt?: string | null, version: number, project: { name: string }, actor?: { id: string, name?: string | null } | null, refs: Array<{ type: ProjectEventRefType, id: string }>, original?: { bytes: number, sha256: string } | null, verification: { scheme: VerificationScheme, secret?: WebhookSecret | null }, batch?: { batchId: string } | null, notificationDropped?: { at: string, reason: NotificationDropReason } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type IngestProjectEventsMutationVariables = Exact<{
  input: IngestProjectEventsInput;
}>;


export type IngestProjectEventsMutation = { ingestProjectEvents: { position?: string | null, results: Array<{ index: number, repeated: boolean, position?: string | null, projectEvent?: { projectEventId: string, title: string, project: { name: string } } | null, errors: Array<
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
      > }>, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ReassignProjectEventMutationVariables = Exact<{
  input: ReassignProjectEventInput;
}>;


export type ReassignProjectEventMutation = { reassignProjectEvent: { position?: string | null, projectEvent?: { id: string, projectEventId: string, source: ProjectEventSource, kind: ProjectEventKind, title: string, text?: string | null, url?: string | null, labels: Array<string>, importance: ProjectEventImportance, subject?: string | null, occurredAt: string, receivedAt: string, eventTime: number, deliveryId: string, eventData?: unknown | null, clipped: boolean, processed: boolean, notifiedAt?: string | null, version: number, project: { name: string }, actor?: { id: string, name?: string | null } | null, refs: Array<{ type: ProjectEventRefType, id: string }>, original?: { bytes: number, sha256: string } | null, verification: { scheme: VerificationScheme, secret?: WebhookSecret | null }, batch?: { batchId: string } | null, notificationDropped?: { at: string, reason: NotificationDropReason } | null } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { expected: number, actual: number, code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type SetProjectSettingsMutationVariables = Exact<{
  input: SetProjectSettingsInput;
}>;


export type SetProjectSettingsMutation = { setProjectSettings: { position?: string | null, project?: { name: string, settings: { channel?: string | null, notifications: NotificationLevel, version: number, policy: { maxCount: number, maxAgeSeconds: number, gapSeconds?: number | null, criticalBypass: boolean, leadingFlush: boolean, quietHours?: { from: string, to: string, timeZone: string } | null } } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type AddAssignmentRuleMutationVariables = Exact<{
  input: AddAssignmentRuleInput;
}>;


export type AddAssignmentRuleMutation = { addAssignmentRule: { version?: number | null, position?: string | null, rule?: { ruleId: string, source: ProjectEventSource, field: AssignmentRuleField, pattern: string, project: { name: string } } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type RemoveAssignmentRuleMutationVariables = Exact<{
  input: RemoveAssignmentRuleInput;
}>;


export type RemoveAssignmentRuleMutation = { removeAssignmentRule: { version?: number | null, position?: string | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type FlushBatchMutationVariables = Exact<{
  input: FlushBatchInput;
}>;


export type FlushBatchMutation = { flushBatch: { position?: string | null, batches: Array<{ id: string, batchId: string, status: BatchStatus, trigger: BatchTrigger, critical: boolean, openedAt: string, sealedAt: string, eventCount: number, summaryPending: boolean, version: number, project: { name: string }, summary?: { headline: string, modelUsed: string, promptVersion: string, revision: number, fallbackReason?: string | null, themes: Array<{ text: string, events: Array<{ projectEventId: string, title: string }> }>, blockers: Array<{ text: string, since: string, events: Array<{ projectEventId: string, title: string }> }>, achievements: Array<{ text: string, events: Array<{ projectEventId: string, title: string }> }>, links: Array<{ label: string, url: string, projectEventId: string }>, stats: { events: number, actors: number, alreadyNotified: number, omitted: number, bySource: Array<{ source: ProjectEventSource, count: number }>, byKind: Array<{ kind: ProjectEventKind, count: number }> } } | null, post: { attempts: number, notifier?: string | null, channel?: string | null, messageId?: string | null, postedAt?: string | null, error?: string | null, retryAt?: string | null, notBefore?: string | null } }>, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type RegenerateSummaryMutationVariables = Exact<{
  input: RegenerateSummaryInput;
}>;


export type RegenerateSummaryMutation = { regenerateSummary: { position?: string | null, batch?: { batchId: string, status: BatchStatus, summaryPending: boolean, version: number } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type RetryBatchPostMutationVariables = Exact<{
  input: RetryBatchPostInput;
}>;


export type RetryBatchPostMutation = { retryBatchPost: { position?: string | null, batch?: { batchId: string, status: BatchStatus } | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ProjectQueryVariables = Exact<{
  name: Scalars['ID']['input'];
  atLeast?: InputMaybe<Scalars['String']['input']>;
}>;


export type ProjectQuery = { project?: { id: string, name: string, settings: { channel?: string | null, notifications: NotificationLevel, version: number, policy: { maxCount: number } }, activity: { events: number, batches: number, firstEventAt?: string | null, lastEventAt?: string | null, lastBatchAt?: string | null, bySource: Array<{ source: ProjectEventSource, count: number }> } } | null };

export type OpenBatchQueryVariables = Exact<{
  name: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type OpenBatchQuery = { project?: { openBatch?: { count: number, isFull: boolean, oldestAt?: string | null, dueAt?: string | null, dueTrigger?: BatchTrigger | null, events: { nodes: Array<{ projectEventId: string, title: string }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } }, preview?: { headline: string, achievements: Array<{ text: string, projectEventIds: Array<string>, events: Array<{ title: string }> }>, stats: { events: number } } | null } | null } | null };

export type ProjectsQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  atLeast?: InputMaybe<Scalars['String']['input']>;
}>;


export type ProjectsQuery = { projects: { nodes: Array<{ name: string }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type ProjectEventsQueryVariables = Exact<{
  filter?: InputMaybe<ProjectEventFilter>;
  orderBy?: InputMaybe<ReceiptOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ProjectEventsQuery = { projectEvents: { nodes: Array<{ projectEventId: string, title: string, processed: boolean, source: ProjectEventSource, receivedAt: string, project: { name: string } }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type ProjectEventQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type ProjectEventQuery = { projectEvent?: { id: string, projectEventId: string, source: ProjectEventSource, kind: ProjectEventKind, title: string, text?: string | null, url?: string | null, labels: Array<string>, importance: ProjectEventImportance, subject?: string | null, occurredAt: string, receivedAt: string, eventTime: number, deliveryId: string, eventData?: unknown | null, clipped: boolean, processed: boolean, notifiedAt?: string | null, version: number, project: { name: string }, actor?: { id: string, name?: string | null } | null, refs: Array<{ type: ProjectEventRefType, id: string }>, original?: { bytes: number, sha256: string } | null, verification: { scheme: VerificationScheme, secret?: WebhookSecret | null }, batch?: { batchId: string } | null, notificationDropped?: { at: string, reason: NotificationDropReason } | null } | null };

export type BatchesQueryVariables = Exact<{
  filter?: InputMaybe<BatchFilter>;
  orderBy?: InputMaybe<ReceiptOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type BatchesQuery = { batches: { nodes: Array<{ batchId: string, status: BatchStatus, project: { name: string } }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type BatchQueryVariables = Exact<{
  id: Scalars['ID']['input'];
}>;


export type BatchQuery = { batch?: { id: string, batchId: string, status: BatchStatus, trigger: BatchTrigger, critical: boolean, openedAt: string, sealedAt: string, eventCount: number, summaryPending: boolean, version: number, events: { nodes: Array<{ projectEventId: string, title: string }> }, project: { name: string }, summary?: { headline: string, modelUsed: string, promptVersion: string, revision: number, fallbackReason?: string | null, themes: Array<{ text: string, events: Array<{ projectEventId: string, title: string }> }>, blockers: Array<{ text: string, since: string, events: Array<{ projectEventId: string, title: string }> }>, achievements: Array<{ text: string, events: Array<{ projectEventId: string, title: string }> }>, links: Array<{ label: string, url: string, projectEventId: string }>, stats: { events: number, actors: number, alreadyNotified: number, omitted: number, bySource: Array<{ source: ProjectEventSource, count: number }>, byKind: Array<{ kind: ProjectEventKind, count: number }> } } | null, post: { attempts: number, notifier?: string | null, channel?: string | null, messageId?: string | null, postedAt?: string | null, error?: string | null, retryAt?: string | null, notBefore?: string | null } } | null };

export type AssignmentRulesQueryVariables = Exact<{
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type AssignmentRulesQuery = { assignmentRules: { version: number, nodes: Array<{ ruleId: string, pattern: string, project: { name: string } }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type BacktestBatchPolicyQueryVariables = Exact<{
  project: Scalars['ID']['input'];
  policy: BatchPolicyInput;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  until?: InputMaybe<Scalars['DateTime']['input']>;
}>;


export type BacktestBatchPolicyQuery = { backtestBatchPolicy?: { events: number, complete: boolean, batchCount: number, waiting: number, smallest?: number | null, largest?: number | null, medianDelay?: string | null, longestDelay?: string | null, byTrigger: Array<{ trigger: BatchTrigger, count: number }>, batches: { nodes: Array<{ trigger: BatchTrigger, eventCount: number, openedAt: string, sealedAt: string }>, pageInfo: { hasNextPage: boolean } } } | null };

export type FollowProjectSubscriptionVariables = Exact<{
  project: Scalars['ID']['input'];
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowProjectSubscription = { projectActivity: { projectEventId: string, change: ProjectEventChange, position: string, projectEvent?: { title: string, project: { name: string }, batch?: { batchId: string } | null } | null } };

export type FollowBatchesSubscriptionVariables = Exact<{
  project?: InputMaybe<Scalars['ID']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type FollowBatchesSubscription = { batchChanged: { change: BatchChange, position: string, batch: { batchId: string, status: BatchStatus, version: number, project: { name: string } } } };

export const MetricsPartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MetricsParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityMetrics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"sessions7d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions14d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions30d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls7d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls14d"}},{"kind":"Field","name":{"kind":"Name","value":"avgRating"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"trend7d"}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"normalised"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"contribution"}}]}}]}}]} as unknown as DocumentNode<MetricsPartsFragment, unknown>;
export const EntityPartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EntityParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Entity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"activityCount"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"metrics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"MetricsParts"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MetricsParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityMetrics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"sessions7d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions14d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions30d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls7d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls14d"}},{"kind":"Field","name":{"kind":"Name","value":"avgRating"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"trend7d"}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"normalised"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"contribution"}}]}}]}}]} as unknown as DocumentNode<EntityPartsFragment, unknown>;
export const InsightPartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<InsightPartsFragment, unknown>;
export const RulePartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<RulePartsFragment, unknown>;
export const CatalogPartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CatalogParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightsCatalog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activityKinds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"plural"}},{"kind":"Field","name":{"kind":"Name","value":"windows"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"metrics"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<CatalogPartsFragment, unknown>;
export const FormulasPartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FormulasParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HealthFormulas"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"active"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"formulas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"worst"}},{"kind":"Field","name":{"kind":"Name","value":"best"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"addedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<FormulasPartsFragment, unknown>;
export const EventPartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProjectEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"actor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"refs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"importance"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"eventTime"}},{"kind":"Field","name":{"kind":"Name","value":"deliveryId"}},{"kind":"Field","name":{"kind":"Name","value":"eventData"}},{"kind":"Field","name":{"kind":"Name","value":"clipped"}},{"kind":"Field","name":{"kind":"Name","value":"original"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}}]}},{"kind":"Field","name":{"kind":"Name","value":"verification"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheme"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"Field","name":{"kind":"Name","value":"processed"}},{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationDropped"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<EventPartsFragment, unknown>;
export const BatchPartsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BatchParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Batch"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"batchId"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"critical"}},{"kind":"Field","name":{"kind":"Name","value":"openedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sealedAt"}},{"kind":"Field","name":{"kind":"Name","value":"eventCount"}},{"kind":"Field","name":{"kind":"Name","value":"summaryPending"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"headline"}},{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"fallbackReason"}},{"kind":"Field","name":{"kind":"Name","value":"themes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"blockers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"achievements"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"links"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"actors"}},{"kind":"Field","name":{"kind":"Name","value":"alreadyNotified"}},{"kind":"Field","name":{"kind":"Name","value":"omitted"}},{"kind":"Field","name":{"kind":"Name","value":"bySource"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byKind"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"post"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"notifier"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"postedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"retryAt"}},{"kind":"Field","name":{"kind":"Name","value":"notBefore"}}]}}]}}]} as unknown as DocumentNode<BatchPartsFragment, unknown>;
export const DeclareIncidentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeclareIncident"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeclareIncidentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"declareIncident"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"incidentId"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"commander"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"personId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflictError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"actual"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<DeclareIncidentMutation, DeclareIncidentMutationVariables>;
export const ChangeStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangeIncidentStatusInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeIncidentStatus"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"allowedTransitions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidTransitionError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflictError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"actual"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotFoundError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entity"}},{"kind":"Field","name":{"kind":"Name","value":"missingId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<ChangeStatusMutation, ChangeStatusMutationVariables>;
export const AddCommentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AddComment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AddIncidentCommentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addIncidentComment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"comment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"addedAt"}},{"kind":"Field","name":{"kind":"Name","value":"author"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"commentCount"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<AddCommentMutation, AddCommentMutationVariables>;
export const IncidentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Incident"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"incidentId"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<IncidentQuery, IncidentQueryVariables>;
export const IncidentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Incidents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentOrder"}}},"defaultValue":{"kind":"EnumValue","value":"NEWEST_FIRST"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"incidentId"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<IncidentsQuery, IncidentsQueryVariables>;
export const BoardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Board"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"participants"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"personId"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<BoardQuery, BoardQueryVariables>;
export const TimelineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Timeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TimelineKind"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actor"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"includeMerged"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"keyMomentsOnly"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TimelineOrder"}}},"defaultValue":{"kind":"EnumValue","value":"OLDEST_FIRST"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entryCount"}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}},{"kind":"Argument","name":{"kind":"Name","value":"actor"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actor"}}},{"kind":"Argument","name":{"kind":"Name","value":"includeMerged"},"value":{"kind":"Variable","name":{"kind":"Name","value":"includeMerged"}}},{"kind":"Argument","name":{"kind":"Name","value":"keyMomentsOnly"},"value":{"kind":"Variable","name":{"kind":"Name","value":"keyMomentsOnly"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"pinned"}},{"kind":"Field","name":{"kind":"Name","value":"keyMoment"}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reference"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<TimelineQuery, TimelineQueryVariables>;
export const FollowTimelineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowTimeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"incidentId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidentTimeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"incidentId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"incidentId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<FollowTimelineSubscription, FollowTimelineSubscriptionVariables>;
export const FollowIncidentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowIncidents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentChangeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidentChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"}},{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<FollowIncidentsSubscription, FollowIncidentsSubscriptionVariables>;
export const RecordActivityDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RecordActivity"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RecordActivityInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recordActivity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activityId"}},{"kind":"Field","name":{"kind":"Name","value":"repeated"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EntityParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MetricsParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityMetrics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"sessions7d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions14d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions30d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls7d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls14d"}},{"kind":"Field","name":{"kind":"Name","value":"avgRating"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"trend7d"}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"normalised"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"contribution"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EntityParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Entity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"activityCount"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"metrics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"MetricsParts"}}]}}]}}]} as unknown as DocumentNode<RecordActivityMutation, RecordActivityMutationVariables>;
export const RecordActivitiesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RecordActivities"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RecordActivitiesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recordActivities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"index"}},{"kind":"Field","name":{"kind":"Name","value":"activityId"}},{"kind":"Field","name":{"kind":"Name","value":"repeated"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<RecordActivitiesMutation, RecordActivitiesMutationVariables>;
export const DefineEntityTypeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DefineEntityType"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DefineEntityTypeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"defineEntityType"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"catalog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CatalogParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CatalogParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightsCatalog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activityKinds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"plural"}},{"kind":"Field","name":{"kind":"Name","value":"windows"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"metrics"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<DefineEntityTypeMutation, DefineEntityTypeMutationVariables>;
export const DefineActivityKindDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DefineActivityKind"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DefineActivityKindInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"defineActivityKind"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"catalog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CatalogParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CatalogParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightsCatalog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activityKinds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"plural"}},{"kind":"Field","name":{"kind":"Name","value":"windows"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"metrics"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<DefineActivityKindMutation, DefineActivityKindMutationVariables>;
export const AddHealthFormulaDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AddHealthFormula"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AddHealthFormulaInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addHealthFormula"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"formulas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FormulasParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FormulasParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HealthFormulas"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"active"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"formulas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"worst"}},{"kind":"Field","name":{"kind":"Name","value":"best"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"addedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<AddHealthFormulaMutation, AddHealthFormulaMutationVariables>;
export const ActivateHealthFormulaDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ActivateHealthFormula"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ActivateHealthFormulaInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activateHealthFormula"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"formulas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FormulasParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FormulasParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HealthFormulas"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"active"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"formulas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"worst"}},{"kind":"Field","name":{"kind":"Name","value":"best"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"addedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<ActivateHealthFormulaMutation, ActivateHealthFormulaMutationVariables>;
export const CreateInsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateInsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateInsightRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createInsightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<CreateInsightRuleMutation, CreateInsightRuleMutationVariables>;
export const ChangeInsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeInsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangeInsightRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeInsightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<ChangeInsightRuleMutation, ChangeInsightRuleMutationVariables>;
export const EnableInsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EnableInsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EnableInsightRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enableInsightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<EnableInsightRuleMutation, EnableInsightRuleMutationVariables>;
export const DisableInsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DisableInsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DisableInsightRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disableInsightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<DisableInsightRuleMutation, DisableInsightRuleMutationVariables>;
export const SilenceInsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SilenceInsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SilenceInsightRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceInsightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<SilenceInsightRuleMutation, SilenceInsightRuleMutationVariables>;
export const UnsilenceInsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UnsilenceInsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UnsilenceInsightRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"unsilenceInsightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<UnsilenceInsightRuleMutation, UnsilenceInsightRuleMutationVariables>;
export const RaiseInsightDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RaiseInsight"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RaiseInsightInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"raiseInsight"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"raised"}},{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<RaiseInsightMutation, RaiseInsightMutationVariables>;
export const AcknowledgeInsightDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcknowledgeInsight"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AcknowledgeInsightInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acknowledgeInsight"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidTransitionError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<AcknowledgeInsightMutation, AcknowledgeInsightMutationVariables>;
export const SnoozeInsightDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SnoozeInsight"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SnoozeInsightInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"snoozeInsight"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<SnoozeInsightMutation, SnoozeInsightMutationVariables>;
export const ResolveInsightDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResolveInsight"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ResolveInsightInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resolveInsight"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidTransitionError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<ResolveInsightMutation, ResolveInsightMutationVariables>;
export const DismissInsightDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DismissInsight"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DismissInsightInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dismissInsight"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<DismissInsightMutation, DismissInsightMutationVariables>;
export const GiveInsightFeedbackDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"GiveInsightFeedback"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"GiveInsightFeedbackInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"giveInsightFeedback"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<GiveInsightFeedbackMutation, GiveInsightFeedbackMutationVariables>;
export const MarkInsightRecommendationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"MarkInsightRecommendation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"MarkInsightRecommendationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"markInsightRecommendation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<MarkInsightRecommendationMutation, MarkInsightRecommendationMutationVariables>;
export const LinkInsightToIncidentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"LinkInsightToIncident"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"LinkInsightToIncidentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"linkInsightToIncident"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"links"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"target"}},{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alertId"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<LinkInsightToIncidentMutation, LinkInsightToIncidentMutationVariables>;
export const EntityDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Entity"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"type"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"type"},"value":{"kind":"Variable","name":{"kind":"Name","value":"type"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EntityParts"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MetricsParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityMetrics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"sessions7d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions14d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions30d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls7d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls14d"}},{"kind":"Field","name":{"kind":"Name","value":"avgRating"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"trend7d"}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"normalised"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"contribution"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EntityParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Entity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"activityCount"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"metrics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"MetricsParts"}}]}}]}}]} as unknown as DocumentNode<EntityQuery, EntityQueryVariables>;
export const EntityInFullDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EntityInFull"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ActivityFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EntityParts"}},{"kind":"Field","name":{"kind":"Name","value":"lastActivityAt"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activityId"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"dedupeId"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"insights"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MetricsParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityMetrics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"sessions7d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions14d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions30d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls7d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls14d"}},{"kind":"Field","name":{"kind":"Name","value":"avgRating"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"trend7d"}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"normalised"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"contribution"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EntityParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Entity"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"activityCount"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"metrics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"MetricsParts"}}]}}]}}]} as unknown as DocumentNode<EntityInFullQuery, EntityInFullQueryVariables>;
export const EntitiesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Entities"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EntityFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"EntityOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"metrics"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessions7d"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<EntitiesQuery, EntitiesQueryVariables>;
export const MetricsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Metrics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"asOf"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metrics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"entityId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}}},{"kind":"Argument","name":{"kind":"Name","value":"asOf"},"value":{"kind":"Variable","name":{"kind":"Name","value":"asOf"}}},{"kind":"Argument","name":{"kind":"Name","value":"atLeast"},"value":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"MetricsParts"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"MetricsParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"EntityMetrics"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"sessions7d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions14d"}},{"kind":"Field","name":{"kind":"Name","value":"sessions30d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls7d"}},{"kind":"Field","name":{"kind":"Name","value":"ibCalls14d"}},{"kind":"Field","name":{"kind":"Name","value":"avgRating"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"lastUpdated"}},{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"trend7d"}},{"kind":"Field","name":{"kind":"Name","value":"nextChangeAt"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"normalised"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"contribution"}}]}}]}}]} as unknown as DocumentNode<MetricsQuery, MetricsQueryVariables>;
export const MetricsHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MetricsHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"until"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metricsHistory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"entityId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityId"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"until"},"value":{"kind":"Variable","name":{"kind":"Name","value":"until"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<MetricsHistoryQuery, MetricsHistoryQueryVariables>;
export const InsightsCatalogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"InsightsCatalog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insightsCatalog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"CatalogParts"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"CatalogParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightsCatalog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityTypes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"role"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activityKinds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"plural"}},{"kind":"Field","name":{"kind":"Name","value":"windows"}},{"kind":"Field","name":{"kind":"Name","value":"value"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"metrics"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<InsightsCatalogQuery, InsightsCatalogQueryVariables>;
export const HealthFormulasDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"HealthFormulas"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entityType"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"healthFormulas"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"entityType"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entityType"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"FormulasParts"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"FormulasParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HealthFormulas"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"active"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"formulas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"formulaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"components"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"worst"}},{"kind":"Field","name":{"kind":"Name","value":"best"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"addedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<HealthFormulasQuery, HealthFormulasQueryVariables>;
export const BacktestHealthFormulaDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BacktestHealthFormula"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"components"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"HealthComponentInput"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entities"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BacktestEntitiesInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"until"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backtestHealthFormula"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"components"},"value":{"kind":"Variable","name":{"kind":"Name","value":"components"}}},{"kind":"Argument","name":{"kind":"Name","value":"entities"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entities"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"until"},"value":{"kind":"Variable","name":{"kind":"Name","value":"until"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityCount"}},{"kind":"Field","name":{"kind":"Name","value":"meanDifference"}},{"kind":"Field","name":{"kind":"Name","value":"greatestDifference"}},{"kind":"Field","name":{"kind":"Name","value":"entities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"points"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"current"}},{"kind":"Field","name":{"kind":"Name","value":"proposed"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<BacktestHealthFormulaQuery, BacktestHealthFormulaQueryVariables>;
export const BacktestInsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BacktestInsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"definition"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRuleDefinitionInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entities"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BacktestEntitiesInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"until"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backtestInsightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"definition"},"value":{"kind":"Variable","name":{"kind":"Name","value":"definition"}}},{"kind":"Argument","name":{"kind":"Name","value":"entities"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entities"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"until"},"value":{"kind":"Variable","name":{"kind":"Name","value":"until"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityCount"}},{"kind":"Field","name":{"kind":"Name","value":"insightCount"}},{"kind":"Field","name":{"kind":"Name","value":"isPartial"}},{"kind":"Field","name":{"kind":"Name","value":"precision"}},{"kind":"Field","name":{"kind":"Name","value":"medianLeadTime"}},{"kind":"Field","name":{"kind":"Name","value":"insights"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}},{"kind":"Field","name":{"kind":"Name","value":"leadTime"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<BacktestInsightRuleQuery, BacktestInsightRuleQueryVariables>;
export const InsightDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Insight"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"InsightParts"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reference"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"InsightParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Insight"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"peakRiskScore"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"explanation"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recommendationId"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"done"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"origin"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}}]}},{"kind":"Field","name":{"kind":"Name","value":"raisedAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"snoozedUntil"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}},{"kind":"Field","name":{"kind":"Name","value":"feedback"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"by"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"comment"}}]}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"scored"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"happened"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ruleRevision"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]} as unknown as DocumentNode<InsightQuery, InsightQueryVariables>;
export const InsightHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"InsightHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insight"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"history"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventId"}},{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"actor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"data"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<InsightHistoryQuery, InsightHistoryQueryVariables>;
export const InsightsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Insights"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"InsightFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"InsightOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insights"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<InsightsQuery, InsightsQueryVariables>;
export const InsightRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"InsightRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insightRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleParts"}},{"kind":"Field","name":{"kind":"Name","value":"performance"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"atLeast"},"value":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"raised"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledged"}},{"kind":"Field","name":{"kind":"Name","value":"resolved"}},{"kind":"Field","name":{"kind":"Name","value":"dismissed"}},{"kind":"Field","name":{"kind":"Name","value":"expired"}},{"kind":"Field","name":{"kind":"Name","value":"useful"}},{"kind":"Field","name":{"kind":"Name","value":"notUseful"}},{"kind":"Field","name":{"kind":"Name","value":"happened"}},{"kind":"Field","name":{"kind":"Name","value":"notHappened"}},{"kind":"Field","name":{"kind":"Name","value":"precision"}},{"kind":"Field","name":{"kind":"Name","value":"meanLeadTime"}},{"kind":"Field","name":{"kind":"Name","value":"lastRaisedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"watches"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"healthScore"}}]}},{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alertId"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"disabled"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"suspended"}}]}},{"kind":"Field","name":{"kind":"Name","value":"silences"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"silenceId"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"until"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"by"}}]}},{"kind":"Field","name":{"kind":"Name","value":"definition"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"entityTypes"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ThresholdCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NoDataCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"afterSeconds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RateOfChangeCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"comparison"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}},{"kind":"Field","name":{"kind":"Name","value":"overDays"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"AnomalyCondition"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"baselineDays"}},{"kind":"Field","name":{"kind":"Name","value":"leastDays"}},{"kind":"Field","name":{"kind":"Name","value":"direction"}},{"kind":"Field","name":{"kind":"Name","value":"fireAt"}},{"kind":"Field","name":{"kind":"Name","value":"clearAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"forSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"cooldownSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAfterSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"risk"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"least"}},{"kind":"Field","name":{"kind":"Name","value":"most"}},{"kind":"Field","name":{"kind":"Name","value":"worstAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recommendations"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metric"}},{"kind":"Field","name":{"kind":"Name","value":"withinDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"severities"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"riskAtLeast"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"dedupe"}},{"kind":"Field","name":{"kind":"Name","value":"autoResolve"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notify"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}}]}}]} as unknown as DocumentNode<InsightRuleQuery, InsightRuleQueryVariables>;
export const InsightRulesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"InsightRules"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insightRules"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"enabled"}},{"kind":"Field","name":{"kind":"Name","value":"performance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"raised"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<InsightRulesQuery, InsightRulesQueryVariables>;
export const FollowMetricsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowMetrics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"MetricsChangeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metricsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"entityType"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"cause"}},{"kind":"Field","name":{"kind":"Name","value":"healthScore"}},{"kind":"Field","name":{"kind":"Name","value":"values"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entity"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<FollowMetricsSubscription, FollowMetricsSubscriptionVariables>;
export const FollowRaisedInsightsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowRaisedInsights"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"InsightRaisedFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insightRaised"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"predictionType"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"riskScore"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<FollowRaisedInsightsSubscription, FollowRaisedInsightsSubscriptionVariables>;
export const FollowInsightsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowInsights"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"InsightChangeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"insightChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"alertId"}},{"kind":"Field","name":{"kind":"Name","value":"insight"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<FollowInsightsSubscription, FollowInsightsSubscriptionVariables>;
export const IngestProjectEventDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"IngestProjectEvent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IngestProjectEventInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ingestProjectEvent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repeated"}},{"kind":"Field","name":{"kind":"Name","value":"projectEvent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProjectEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"actor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"refs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"importance"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"eventTime"}},{"kind":"Field","name":{"kind":"Name","value":"deliveryId"}},{"kind":"Field","name":{"kind":"Name","value":"eventData"}},{"kind":"Field","name":{"kind":"Name","value":"clipped"}},{"kind":"Field","name":{"kind":"Name","value":"original"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}}]}},{"kind":"Field","name":{"kind":"Name","value":"verification"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheme"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"Field","name":{"kind":"Name","value":"processed"}},{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationDropped"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<IngestProjectEventMutation, IngestProjectEventMutationVariables>;
export const IngestProjectEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"IngestProjectEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IngestProjectEventsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ingestProjectEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"index"}},{"kind":"Field","name":{"kind":"Name","value":"repeated"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"projectEvent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<IngestProjectEventsMutation, IngestProjectEventsMutationVariables>;
export const ReassignProjectEventDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReassignProjectEvent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReassignProjectEventInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reassignProjectEvent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEvent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflictError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"actual"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProjectEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"actor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"refs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"importance"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"eventTime"}},{"kind":"Field","name":{"kind":"Name","value":"deliveryId"}},{"kind":"Field","name":{"kind":"Name","value":"eventData"}},{"kind":"Field","name":{"kind":"Name","value":"clipped"}},{"kind":"Field","name":{"kind":"Name","value":"original"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}}]}},{"kind":"Field","name":{"kind":"Name","value":"verification"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheme"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"Field","name":{"kind":"Name","value":"processed"}},{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationDropped"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<ReassignProjectEventMutation, ReassignProjectEventMutationVariables>;
export const SetProjectSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetProjectSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetProjectSettingsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setProjectSettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"notifications"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"policy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"maxCount"}},{"kind":"Field","name":{"kind":"Name","value":"maxAgeSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"gapSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"criticalBypass"}},{"kind":"Field","name":{"kind":"Name","value":"leadingFlush"}},{"kind":"Field","name":{"kind":"Name","value":"quietHours"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<SetProjectSettingsMutation, SetProjectSettingsMutationVariables>;
export const AddAssignmentRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AddAssignmentRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AddAssignmentRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addAssignmentRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"pattern"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<AddAssignmentRuleMutation, AddAssignmentRuleMutationVariables>;
export const RemoveAssignmentRuleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveAssignmentRule"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RemoveAssignmentRuleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeAssignmentRule"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<RemoveAssignmentRuleMutation, RemoveAssignmentRuleMutationVariables>;
export const FlushBatchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"FlushBatch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"FlushBatchInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"flushBatch"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BatchParts"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BatchParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Batch"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"batchId"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"critical"}},{"kind":"Field","name":{"kind":"Name","value":"openedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sealedAt"}},{"kind":"Field","name":{"kind":"Name","value":"eventCount"}},{"kind":"Field","name":{"kind":"Name","value":"summaryPending"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"headline"}},{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"fallbackReason"}},{"kind":"Field","name":{"kind":"Name","value":"themes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"blockers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"achievements"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"links"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"actors"}},{"kind":"Field","name":{"kind":"Name","value":"alreadyNotified"}},{"kind":"Field","name":{"kind":"Name","value":"omitted"}},{"kind":"Field","name":{"kind":"Name","value":"bySource"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byKind"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"post"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"notifier"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"postedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"retryAt"}},{"kind":"Field","name":{"kind":"Name","value":"notBefore"}}]}}]}}]} as unknown as DocumentNode<FlushBatchMutation, FlushBatchMutationVariables>;
export const RegenerateSummaryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RegenerateSummary"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegenerateSummaryInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"regenerateSummary"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"summaryPending"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<RegenerateSummaryMutation, RegenerateSummaryMutationVariables>;
export const RetryBatchPostDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryBatchPost"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RetryBatchPostInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryBatchPost"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<RetryBatchPostMutation, RetryBatchPostMutationVariables>;
export const ProjectDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Project"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"notifications"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"policy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"maxCount"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"activity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"atLeast"},"value":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"batches"}},{"kind":"Field","name":{"kind":"Name","value":"firstEventAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastEventAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastBatchAt"}},{"kind":"Field","name":{"kind":"Name","value":"bySource"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProjectQuery, ProjectQueryVariables>;
export const OpenBatchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OpenBatch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"project"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"openBatch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"isFull"}},{"kind":"Field","name":{"kind":"Name","value":"oldestAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueTrigger"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"preview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"headline"}},{"kind":"Field","name":{"kind":"Name","value":"achievements"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventIds"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"stats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<OpenBatchQuery, OpenBatchQueryVariables>;
export const ProjectsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Projects"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"atLeast"},"value":{"kind":"Variable","name":{"kind":"Name","value":"atLeast"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ProjectsQuery, ProjectsQueryVariables>;
export const ProjectEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProjectEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProjectEventFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReceiptOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"processed"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ProjectEventsQuery, ProjectEventsQueryVariables>;
export const ProjectEventDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProjectEvent"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEvent"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EventParts"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EventParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ProjectEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"actor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"refs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"importance"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"eventTime"}},{"kind":"Field","name":{"kind":"Name","value":"deliveryId"}},{"kind":"Field","name":{"kind":"Name","value":"eventData"}},{"kind":"Field","name":{"kind":"Name","value":"clipped"}},{"kind":"Field","name":{"kind":"Name","value":"original"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}}]}},{"kind":"Field","name":{"kind":"Name","value":"verification"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheme"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}},{"kind":"Field","name":{"kind":"Name","value":"processed"}},{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notifiedAt"}},{"kind":"Field","name":{"kind":"Name","value":"notificationDropped"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]} as unknown as DocumentNode<ProjectEventQuery, ProjectEventQueryVariables>;
export const BatchesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Batches"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"BatchFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReceiptOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batches"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<BatchesQuery, BatchesQueryVariables>;
export const BatchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Batch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batch"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BatchParts"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"45"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BatchParts"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Batch"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"batchId"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"critical"}},{"kind":"Field","name":{"kind":"Name","value":"openedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sealedAt"}},{"kind":"Field","name":{"kind":"Name","value":"eventCount"}},{"kind":"Field","name":{"kind":"Name","value":"summaryPending"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"headline"}},{"kind":"Field","name":{"kind":"Name","value":"modelUsed"}},{"kind":"Field","name":{"kind":"Name","value":"promptVersion"}},{"kind":"Field","name":{"kind":"Name","value":"revision"}},{"kind":"Field","name":{"kind":"Name","value":"fallbackReason"}},{"kind":"Field","name":{"kind":"Name","value":"themes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"blockers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"achievements"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"links"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stats"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"actors"}},{"kind":"Field","name":{"kind":"Name","value":"alreadyNotified"}},{"kind":"Field","name":{"kind":"Name","value":"omitted"}},{"kind":"Field","name":{"kind":"Name","value":"bySource"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byKind"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"post"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"notifier"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"postedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"retryAt"}},{"kind":"Field","name":{"kind":"Name","value":"notBefore"}}]}}]}}]} as unknown as DocumentNode<BatchQuery, BatchQueryVariables>;
export const AssignmentRulesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AssignmentRules"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"assignmentRules"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ruleId"}},{"kind":"Field","name":{"kind":"Name","value":"pattern"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AssignmentRulesQuery, AssignmentRulesQueryVariables>;
export const BacktestBatchPolicyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BacktestBatchPolicy"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"project"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"policy"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BatchPolicyInput"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"until"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backtestBatchPolicy"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"project"},"value":{"kind":"Variable","name":{"kind":"Name","value":"project"}}},{"kind":"Argument","name":{"kind":"Name","value":"policy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"policy"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"until"},"value":{"kind":"Variable","name":{"kind":"Name","value":"until"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"complete"}},{"kind":"Field","name":{"kind":"Name","value":"batchCount"}},{"kind":"Field","name":{"kind":"Name","value":"waiting"}},{"kind":"Field","name":{"kind":"Name","value":"smallest"}},{"kind":"Field","name":{"kind":"Name","value":"largest"}},{"kind":"Field","name":{"kind":"Name","value":"medianDelay"}},{"kind":"Field","name":{"kind":"Name","value":"longestDelay"}},{"kind":"Field","name":{"kind":"Name","value":"byTrigger"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"batches"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"eventCount"}},{"kind":"Field","name":{"kind":"Name","value":"openedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sealedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}}]}}]}}]}}]}}]} as unknown as DocumentNode<BacktestBatchPolicyQuery, BacktestBatchPolicyQueryVariables>;
export const FollowProjectDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowProject"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"project"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectActivity"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"project"},"value":{"kind":"Variable","name":{"kind":"Name","value":"project"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"projectEventId"}},{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"projectEvent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}}]}}]}}]}}]}}]} as unknown as DocumentNode<FollowProjectSubscription, FollowProjectSubscriptionVariables>;
export const FollowBatchesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowBatches"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"project"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"project"},"value":{"kind":"Variable","name":{"kind":"Name","value":"project"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"change"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"batch"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"batchId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"project"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<FollowBatchesSubscription, FollowBatchesSubscriptionVariables>;