/** The rules of one kind of stream, as pure functions. */
import type { Actor, CommitTags, DomainEvent, Proposed, Recorded } from "./event.js";
import type { Scope } from "./scope.js";
import type { Instant } from "./time.js";

/** What a decision may know besides command and state. */
export interface DecisionContext {
  /** The stream that is decided about. */
  readonly streamId: string;
  readonly now: Instant;
  readonly actor: Actor;
  /** How much of the ledger the one who asks may see. @default everything, for what nobody asked for (a policy) */
  readonly scope?: Scope | undefined;
}

/**
 * decide: refuses by throwing a DomainError, or returns the events that the command means; none where the state already
 * is as the command wants it (the same command twice returns none the second time).
 * requireVisible: throws a NotFoundError where the caller may not know of the stream, and where there is none: the same. Asked
 * before anything else is said about the stream, such as its version; `decide` must ask it, too.
 * evolve: folds one recorded event in. Never throws: a recorded event is a fact.
 */
export interface Decider<State, Command, E extends DomainEvent> {
  readonly initialState: State;
  decide(command: Command, state: State, context: DecisionContext): readonly Proposed<E>[];
  requireVisible?(command: Command, state: State, context: DecisionContext): void;
  evolve(state: State, event: Recorded<E>): State;
}

/**
 * A change of one row of one view, in the domain's own shape; `row` is undefined where the row goes. The store turns it
 * into items and writes it in the transaction of the events it follows from.
 */
export interface ViewChange<View extends string = string, Row = unknown> {
  readonly view: View;
  /** Unique inside the view. */
  readonly key: string;
  readonly row: Row | undefined;
  /** The place of the row must be free: else nothing is written, and the append throws a RowTakenError. */
  readonly mustBeNew?: true;
}

/** The inline projections of one kind of stream: pure, and the same for a write and for a rebuild. */
export interface InlineProjection<State, E extends DomainEvent> {
  /** The rows that change when `events` lead from `before` to `after`. */
  changes(before: State, events: readonly Recorded<E>[], after: State): readonly ViewChange[];
  /** Facets of a state, by which live filters select (`status:OPEN`). */
  tags(state: State): readonly string[];
}

/** Tags of a commit that leads from `before` to `after`. */
export function commitTags<State, E extends DomainEvent>(
  projection: InlineProjection<State, E>,
  before: State,
  after: State,
): CommitTags {
  return { before: projection.tags(before), after: projection.tags(after) };
}
