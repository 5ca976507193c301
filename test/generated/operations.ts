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

/** What kind of actor did something. */
export type ActorKind =
  /** Opsledger itself, by a rule. */
  | 'SYSTEM'
  /** A person, or a program that acts for one. */
  | 'USER';

/** A follow-up to add. */
export type AddFollowUpInput = {
  /** When it should be done. */
  dueAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** A new comment. */
export type AddIncidentCommentInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** What to say: 1 to 4,000 characters. */
  text: Scalars['String']['input'];
};

/** A moment of an incident's past: exactly one of `time` and `version`. */
export type AsOfInput = {
  /** What the ledger knew at this time: everything that was recorded until then, whenever it is said to have happened. */
  time?: InputMaybe<Scalars['DateTime']['input']>;
  /** Behind the event with this version, at most the incident's present one; 0 is before its declaration. */
  version?: InputMaybe<Scalars['Int']['input']>;
};

/** A summary to attach. */
export type AttachIncidentSummaryInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Its title. */
  title: Scalars['String']['input'];
};

/** A change of a follow-up; what is not given stays, null clears. */
export type ChangeFollowUpInput = {
  /** When it should be done. */
  dueAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Refuse with VersionConflictError unless the incident is at this version. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** The deletion of a comment; its author's alone. The log keeps it. */
export type DeleteIncidentCommentInput = {
  /** Global id of the comment. */
  commentId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** A new text for a comment; its author's alone to give. */
export type EditIncidentCommentInput = {
  /** Global id of the comment. */
  commentId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the incident is at this version. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** The new title. */
  title?: InputMaybe<Scalars['String']['input']>;
};

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

/** A follow-up of an incident. */
export type FollowUpInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** The handing over of a role. */
export type HandOverIncidentRoleInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** Which incidents to follow: all that is given must hold; of a list, one value must. */
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

/** Which incidents: all that is given must hold; of a list, one value must. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** A label: a key and its value. */
export type LabelInput = {
  /** What the label says something about: letters, digits and . _ @ : / + - */
  key: Scalars['String']['input'];
  /** What it says. */
  value: Scalars['String']['input'];
};

/** A link to add. */
export type LinkIncidentInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** The merge of an incident into another. */
export type MergeIncidentsInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** A comment to put on the timeline. */
export type PromoteIncidentCommentInput = {
  /** Global id of the comment. */
  commentId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Whether it is a turning point, to be kept for ever. */
  keyMoment?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Something that happened. */
export type RecordTimelineEntryInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
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

/** The reopening of a resolved or closed incident. */
export type ReopenIncidentInput = {
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Why. */
  reason: Scalars['String']['input'];
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

/** Who wrote a summary. */
export type SummarySource =
  /** A person. */
  | 'HUMAN'
  /** A language model. */
  | 'MODEL';

/** A timeline entry to pin or unpin. */
export type TimelineEntryInput = {
  /** Global id of the entry. */
  entryId: Scalars['ID']['input'];
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** What a timeline entry tells. */
export type TimelineKind =
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
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
  /** Refuse with VersionConflictError unless the incident is at this version. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  /** Your name for this call, 1 to 200 characters. Calling again with the same key and the same input has no second effect and returns the first outcome, for good. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The incident: its global id, its `incidentId`, or its reference such as INC-123. */
  incidentId: Scalars['ID']['input'];
  /** Why. */
  reason?: InputMaybe<Scalars['String']['input']>;
};

/** Why something was refused. Tolerate codes you do not know: new ones may come. */
export type UserErrorCode =
  /** You may not do this. */
  | 'FORBIDDEN'
  /** The idempotency key stands for an earlier, different input. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The present status does not allow this step. */
  | 'INVALID_TRANSITION'
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
     | null, errors: Array<
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
     | null, errors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { from: string, to: string, allowed: Array<string>, code: UserErrorCode, message: string, path: Array<string> }
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
     } };


export const DeclareIncidentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeclareIncident"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeclareIncidentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"declareIncident"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"incidentId"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"commander"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"personId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflictError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"actual"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<DeclareIncidentMutation, DeclareIncidentMutationVariables>;
export const ChangeStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangeIncidentStatusInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeIncidentStatus"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"allowedTransitions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InvalidTransitionError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"allowed"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflictError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"actual"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotFoundError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entity"}},{"kind":"Field","name":{"kind":"Name","value":"missingId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<ChangeStatusMutation, ChangeStatusMutationVariables>;
export const AddCommentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AddComment"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AddIncidentCommentInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addIncidentComment"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"comment"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"addedAt"}},{"kind":"Field","name":{"kind":"Name","value":"author"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"commentCount"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"errors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<AddCommentMutation, AddCommentMutationVariables>;
export const IncidentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Incident"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"incidentId"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<IncidentQuery, IncidentQueryVariables>;
export const IncidentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Incidents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentOrder"}}},"defaultValue":{"kind":"EnumValue","value":"NEWEST_FIRST"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"incidentId"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<IncidentsQuery, IncidentsQueryVariables>;
export const BoardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Board"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"services"}},{"kind":"Field","name":{"kind":"Name","value":"participants"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"personId"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"description"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<BoardQuery, BoardQueryVariables>;
export const TimelineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Timeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TimelineKind"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actor"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"includeMerged"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"keyMomentsOnly"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}},"defaultValue":{"kind":"BooleanValue","value":false}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TimelineOrder"}}},"defaultValue":{"kind":"EnumValue","value":"OLDEST_FIRST"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incident"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entryCount"}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}}},{"kind":"Argument","name":{"kind":"Name","value":"since"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}},{"kind":"Argument","name":{"kind":"Name","value":"actor"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actor"}}},{"kind":"Argument","name":{"kind":"Name","value":"includeMerged"},"value":{"kind":"Variable","name":{"kind":"Name","value":"includeMerged"}}},{"kind":"Argument","name":{"kind":"Name","value":"keyMomentsOnly"},"value":{"kind":"Variable","name":{"kind":"Name","value":"keyMomentsOnly"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"pinned"}},{"kind":"Field","name":{"kind":"Name","value":"keyMoment"}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reference"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<TimelineQuery, TimelineQueryVariables>;
export const FollowTimelineDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowTimeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"incidentId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidentTimeline"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"incidentId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"incidentId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<FollowTimelineSubscription, FollowTimelineSubscriptionVariables>;
export const FollowIncidentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FollowIncidents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"IncidentChangeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"incidentChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"matches"}},{"kind":"Field","name":{"kind":"Name","value":"entry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"incident"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reference"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"}}]}}]}}]} as unknown as DocumentNode<FollowIncidentsSubscription, FollowIncidentsSubscriptionVariables>;