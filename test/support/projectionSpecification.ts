/** given(commits).thenRows(...): what an inline projection leaves in its views, also when every change is written twice. */
import { expect } from "vitest";
import type { Decider, DomainEvent, InlineProjection } from "../../src/domain/kernel/index.js";
import { recordAll } from "./deciderSpecification.js";
import type { PastEvent } from "./deciderSpecification.js";

export interface ProjectionSpecification<E extends DomainEvent> {
  /** The commits of one stream, oldest first. */
  readonly given: (...commits: readonly (readonly PastEvent<E>[])[]) => {
    /** The view holds exactly these rows, by key. */
    readonly thenRows: (view: string, rows: Readonly<Record<string, unknown>>) => void;
    /** The state has exactly these tags. */
    readonly thenTags: (...tags: readonly string[]) => void;
  };
}

/** Creates the specification of an inline projection and the decider whose states it shows. */
export function projectionSpecification<State, E extends DomainEvent>(
  decider: Pick<Decider<State, never, E>, "initialState" | "evolve">,
  projection: InlineProjection<State, E>,
): ProjectionSpecification<E> {
  return {
    given: (...commits) => {
      const views = new Map<string, Map<string, unknown>>();
      let [state, version] = [decider.initialState, 0];
      for (const commit of commits) {
        const events = recordAll(commit, version);
        const after = events.reduce((folded, event) => decider.evolve(folded, event), state);
        const changes = projection.changes(state, events, after);
        for (const { view, key, row } of [...changes, ...changes]) {
          const rows = views.get(view) ?? new Map<string, unknown>();
          if (row === undefined) rows.delete(key);
          else rows.set(key, row);
          views.set(view, rows);
        }
        [state, version] = [after, version + commit.length];
      }
      return {
        thenRows: (view, rows) => expect(Object.fromEntries(views.get(view) ?? [])).toEqual(rows),
        thenTags: (...tags) => expect(projection.tags(state)).toEqual(tags),
      };
    },
  };
}
