/** The words of the incidents context in the schema. */
import type {
  FollowUpPriority as FollowUpPriorityValue,
  IncidentOrder as IncidentOrderValue,
  IncidentRole as IncidentRoleValue,
  IncidentStatus as IncidentStatusValue,
  LinkKind as LinkKindValue,
  LinkRelation as LinkRelationValue,
  Severity as SeverityValue,
  SummarySource as SummarySourceValue,
  TimelineKind as TimelineKindValue,
} from "../../domain/incidents/index.js";
import { createEnum } from "../enums.js";

export const IncidentStatus = createEnum<IncidentStatusValue>("IncidentStatus", "How far an incident has come.", {
  OPEN: "Declared; nobody has taken it up yet.",
  ACKNOWLEDGED: "Somebody has seen it and takes care.",
  INVESTIGATING: "People look for the cause.",
  MITIGATED: "The harm has stopped; the cause may remain.",
  RESOLVED: "The cause is gone.",
  CLOSED: "Everything about it is done. It can be reopened.",
  CANCELLED: "It was no incident. It stays so.",
  MERGED: "It is part of another incident. Unmerging takes that back.",
});

export const Severity = createEnum<SeverityValue>("Severity", "How bad an incident is; P0 is worst.", {
  P0: "All hands: the business stands still.",
  P1: "Critical: a main function is down for many.",
  P2: "Major: a function is down or very slow for some.",
  P3: "Minor: something is wrong, with a way around it.",
  P4: "Trivial: to be mended some time.",
});

export const IncidentRole = createEnum<IncidentRoleValue>("IncidentRole", "What a participant does in an incident.", {
  COMMANDER: "Leads; there is one at a time.",
  COMMS: "Tells others what happens.",
  SCRIBE: "Writes down what happens.",
  RESPONDER: "Works on the cause.",
  OBSERVER: "Follows.",
});

export const LinkKind = createEnum<LinkKindValue>("LinkKind", "What a link points to.", {
  INCIDENT: "Another incident; it gets the link back.",
  URL: "A web address.",
  PROJECT_EVENT: "A project event.",
  INSIGHT: "An insight.",
  REQUEST: "A research request.",
});

export const LinkRelation = createEnum<LinkRelationValue>(
  "LinkRelation",
  "How the linked thing stands to the incident.",
  {
    RELATED: "It has to do with it.",
    CAUSED_BY: "It caused the incident.",
    CAUSES: "The incident caused it.",
    DUPLICATE_OF: "The incident is the same as it.",
    DUPLICATED_BY: "It is the same as the incident.",
  },
);

export const FollowUpPriority = createEnum<FollowUpPriorityValue>(
  "FollowUpPriority",
  "How soon a follow-up should be done.",
  {
    HIGH: "First.",
    MEDIUM: "In its turn.",
    LOW: "When there is time.",
  },
);

export const SummarySource = createEnum<SummarySourceValue>("SummarySource", "Who wrote a summary.", {
  HUMAN: "A person.",
  MODEL: "A language model.",
});

export const IncidentOrder = createEnum<IncidentOrderValue>("IncidentOrder", "The order of a list of incidents.", {
  NEWEST_FIRST: "By the time they began, latest first.",
  OLDEST_FIRST: "By the time they began, earliest first.",
  MOST_SEVERE_FIRST: "By severity, P0 first; among equals the oldest first.",
});

export const TimelineOrder = createEnum<"NEWEST_FIRST" | "OLDEST_FIRST">("TimelineOrder", "The order of a timeline.", {
  NEWEST_FIRST: "By the time entries tell of, latest first.",
  OLDEST_FIRST: "By the time entries tell of, earliest first.",
});

export const TimelineKind = createEnum<TimelineKindValue>("TimelineKind", "What a timeline entry tells.", {
  DECLARED: "The incident was declared.",
  STATUS_CHANGED: "Its status changed.",
  REOPENED: "It was reopened.",
  SEVERITY_CHANGED: "Its severity changed.",
  DETAILS_CHANGED: "Its title or description changed.",
  SERVICE_ADDED: "Another service is affected.",
  SERVICE_REMOVED: "A service is no longer affected.",
  LABELS_CHANGED: "Its labels changed.",
  ROLE_ASSIGNED: "Somebody took a role.",
  ROLE_RELEASED: "Somebody gave up a role.",
  ROLE_HANDED_OVER: "A role went from one person to another.",
  COMMENT_ADDED: "Somebody commented.",
  COMMENT_EDITED: "A comment was edited.",
  COMMENT_DELETED: "A comment was deleted.",
  NOTE: "Somebody recorded what happened, or promoted a comment.",
  ENTRY_PINNED: "An entry was pinned.",
  ENTRY_UNPINNED: "An entry was unpinned.",
  SUMMARY_ATTACHED: "A summary was attached.",
  LINKED: "Something was linked.",
  UNLINKED: "A link was removed.",
  MERGED: "The incident was merged into another.",
  UNMERGED: "Its merge was taken back.",
  MERGE_RECEIVED: "Another incident was merged into this one.",
  MERGE_UNDONE: "Another incident was unmerged from this one.",
  FOLLOW_UP_ADDED: "A follow-up was added.",
  FOLLOW_UP_CHANGED: "A follow-up was changed.",
  FOLLOW_UP_COMPLETED: "A follow-up was done.",
  FOLLOW_UP_REOPENED: "A follow-up was reopened.",
  POSTMORTEM_ATTACHED: "A post-mortem was attached.",
  ARCHIVED: "It went to the archive.",
  RESTORED: "It came back from the archive.",
});
