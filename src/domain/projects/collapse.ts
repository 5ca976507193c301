/** Several events about one thing are one strand (defect P21): a pull request with its pushes, a card that moved three times. */
import type { ProjectEvent } from "./state.js";
import type { RefType } from "./values.js";

/** All that a batch has of one thing. */
export interface Strand {
  readonly subject: string;
  /** In the order of their receipt; at least one. */
  readonly events: readonly ProjectEvent[];
}

/** The strands of a batch, in the order in which they begin. */
export function collapse(events: readonly ProjectEvent[]): readonly Strand[] {
  return [...groupBy(events, subjectOf)].map(([subject, own]) => ({ subject, events: own }));
}

/** What an event is about: its subject, or the thing that it refers to; else only itself. */
export function subjectOf(event: ProjectEvent): string {
  if (event.subject !== undefined) return event.subject;
  const thing = ["PULL_REQUEST", "ISSUE", "CARD"] as const;
  const ref = thing.map((type) => refOf(event, type)).find((found) => found !== undefined);
  return ref === undefined ? event.projectEventId : `${event.source.toLowerCase()}:${ref.id}`;
}

/** The first thing of a type that an event refers to. */
export function refOf(event: ProjectEvent, type: RefType): ProjectEvent["refs"][number] | undefined {
  return event.refs.find((ref) => ref.type === type);
}

/** Values by key, each group and the groups in the order of the values. */
export function groupBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
