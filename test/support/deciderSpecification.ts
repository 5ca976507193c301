/** given(past events).when(command).then(events, a refusal, or nothing): the rules of any decider as sentences. */
import { expect } from "vitest";
import type { DecisionContext, Decider, DomainEvent, Proposed, Recorded } from "../../src/domain/kernel/index.js";

/** What a decision knows where the test does not say. */
const aContext: DecisionContext = {
  streamId: "Test-1",
  now: "2025-01-15T10:30:00.000Z",
  actor: { kind: "USER", id: "ada" },
};

/** What is recorded with a past event where the test does not say. */
export type PastEvent<E extends DomainEvent> = E & Partial<Omit<Recorded<E>, "type" | "data">>;

// The class of a refusal, whatever its constructor takes.
type RefusalClass<R extends Error> = abstract new (...args: never[]) => R;

export interface DeciderSpecification<Command, E extends DomainEvent> {
  /** The events that were recorded before, oldest first. */
  readonly given: (...events: readonly PastEvent<E>[]) => {
    readonly when: (command: Command, context?: Partial<DecisionContext>) => DecisionExpectation<E>;
  };
}

interface DecisionExpectation<E extends DomainEvent> {
  /** Exactly these events are proposed. */
  then(...events: readonly Proposed<E>[]): void;
  /** Exactly these events are proposed, and none when the same command comes again. */
  thenOnce(...events: readonly Proposed<E>[]): void;
  /** The command is refused with an error of this class; `check` looks at what it carries. */
  thenRefused<R extends Error>(refusal: RefusalClass<R>, check?: (error: R) => void): void;
  /** The state is as the command wants it already. */
  thenNothing(): void;
}

/** Creates the specification of a decider. */
export function deciderSpecification<State, Command, E extends DomainEvent>(
  decider: Decider<State, Command, E>,
): DeciderSpecification<Command, E> {
  return {
    given: (...past) => ({
      when: (command, context) => {
        const known = { ...aContext, ...context };
        const recorded = recordAll(past, 0);
        const state = recorded.reduce((folded, event) => decider.evolve(folded, event), decider.initialState);
        const decide = () => decider.decide(command, state, known);
        const again = (events: readonly Proposed<E>[]) => {
          const after = recordAll(events, past.length).reduce((folded, event) => decider.evolve(folded, event), state);
          return decider.decide(command, after, known);
        };
        return {
          then: (...events) => expect(decide()).toEqual(events),
          thenOnce: (...events) => {
            const decided = decide();
            expect(decided).toEqual(events);
            expect(again(decided)).toEqual([]);
          },
          thenRefused: (refusal, check) => {
            const error = refusalOf(decide);
            expect(error).toBeInstanceOf(refusal);
            if (error instanceof refusal) check?.(error);
          },
          thenNothing: () => expect(decide()).toEqual([]),
        };
      },
    }),
  };
}

/** Events as they are in the log of one stream, behind `version`. */
export function recordAll<E extends DomainEvent>(
  events: readonly (PastEvent<E> | Proposed<E>)[],
  version: number,
): readonly Recorded<E>[] {
  return events.map((event, index) => ({
    streamId: "Test-1",
    eventId: `event-${version + index + 1}`,
    version: version + index + 1,
    schemaVersion: 1,
    occurredAt: aContext.now,
    recordedAt: aContext.now,
    actor: aContext.actor,
    correlationId: "correlation",
    commandId: "command",
    hash: `hash-${version + index + 1}`,
    previousHash: version + index === 0 ? "" : `hash-${version + index}`,
    ...event,
  }));
}

function refusalOf(decide: () => readonly unknown[]): unknown {
  let events: readonly unknown[];
  try {
    events = decide();
  } catch (error) {
    return error;
  }
  return expect.fail(`not refused, but decided: ${JSON.stringify(events)}`);
}
