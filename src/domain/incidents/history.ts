/** What changed between two moments of an incident: the two folds, compared field by field. */
import { canonicalJson } from "../kernel/hashChain.js";
import type { FoldedIncident } from "./past.js";
import { toReference } from "./values.js";

/** A field whose value differs. */
export interface FieldChange {
  /** The field, outermost first; an element of a list by its id: `["followUps", "<id>", "completedAt"]`. */
  readonly path: readonly string[];
  /** JSON; undefined where there was none. */
  readonly before: unknown;
  /** JSON; undefined where there is none. */
  readonly after: unknown;
}

/**
 * The fields that differ, in the order of the incident's fields; elements of a list in the order in which they came. What
 * every event changes (version, hash, time, entries) is left out, as the events tell it. An element that was added or
 * removed is one change; one that is still there, a change for each of its fields.
 */
export function compareIncidents(before: FoldedIncident | undefined, after: FoldedIncident): readonly FieldChange[] {
  return compare([], before === undefined ? nothing : pictureOf(before), pictureOf(after));
}

/** Elements by their ids: compared one by one, shown as values. */
type Elements = ReadonlyMap<string, unknown>;
type Picture = Readonly<Record<string, unknown>>;

/** Before its declaration an incident has no fields, and lists without elements. */
const nothing: Picture = {
  title: undefined,
  description: "",
  status: undefined,
  severity: undefined,
  services: [],
  labels: new Map(),
  milestones: {},
  participants: new Map(),
  followUps: new Map(),
  links: new Map(),
  mergedIncidents: [],
  archivedAt: undefined,
  commentCount: 0,
  comments: new Map(),
  summaries: new Map(),
  pinnedEntries: new Map(),
};

function pictureOf({ incident, comments, summaries, entries }: FoldedIncident): Picture {
  const { milestones, postmortem, mergedInto } = incident;
  const byId = <T>(list: readonly T[], idOf: (element: T) => string): Elements =>
    new Map(list.map((element) => [idOf(element), fieldsOf(element)]));
  const pinned = [...entries.values()].filter((entry) => entry.pinned);
  return {
    title: incident.title,
    description: incident.description,
    status: incident.status,
    severity: incident.severity,
    services: incident.services,
    labels: new Map(Object.entries(incident.labels)),
    milestones: { ...milestones },
    participants: byId(incident.participants, ({ personId }) => personId),
    followUps: byId(incident.followUps, ({ followUpId }) => followUpId),
    links: byId(incident.links, ({ linkId }) => linkId),
    mergedInto: mergedInto && toReference(mergedInto.number),
    mergedIncidents: incident.mergedIncidents.map(({ number }) => toReference(number)),
    postmortem: postmortem && {
      title: postmortem.title,
      bytes: postmortem.bytes,
      digest: postmortem.digest,
      attachedAt: postmortem.attachedAt,
      attachedBy: postmortem.attachedBy,
    },
    archivedAt: incident.archived?.archivedAt,
    commentCount: incident.commentCount,
    comments: byId([...comments.values()], ({ commentId }) => commentId),
    summaries: byId(summaries, ({ summaryId }) => summaryId),
    pinnedEntries: new Map(pinned.map(({ entryId, description }) => [entryId, description])),
  };
}

/** An element without the id of its incident, which is the same for all. */
function fieldsOf(element: unknown): Picture {
  const { incidentId: _, ...fields } = element as Picture;
  return fields;
}

function compare(path: readonly string[], before: unknown, after: unknown): readonly FieldChange[] {
  const [left, right] = [asElements(before), asElements(after)];
  if (left !== undefined && right !== undefined) {
    const names = new Set([...left.keys(), ...right.keys()]);
    return [...names].flatMap((name) => compare([...path, name], left.get(name), right.get(name)));
  }
  return canonicalJson([before ?? null]) === canonicalJson([after ?? null]) ? [] : [{ path, before, after }];
}

/** The members that a value is compared by; undefined for one that is compared whole. */
function asElements(value: unknown): Elements | undefined {
  // Maps in pictures are elements by their ids.
  if (value instanceof Map) return value as Elements;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? new Map(Object.entries(value)) : undefined;
}
