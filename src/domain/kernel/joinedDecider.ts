/** Several kinds of streams under one decider, so that one command handler and one transaction may span them. */
import type { Decider } from "./decider.js";
import type { DomainEvent } from "./event.js";
import { parseStreamName } from "./streamName.js";

export interface JoinedDecider<State, Command, E extends DomainEvent> {
  /** Goes by the category of the stream. Its `initialState` is that of the first category: use `initialStateOf`. */
  readonly decider: Decider<State, Command, E>;
  /** The state of a stream that was never written to. Throws for a stream of none of the categories. */
  initialStateOf(streamId: string): State;
}

/** A decider of one kind of stream whose states, commands and events are among those of all. */
export interface PartDecider<State, E extends DomainEvent> {
  readonly initialState: State;
  // Methods, so that each part may take its own kind of state, command and event only.
  decide(
    command: never,
    state: never,
    context: Parameters<Decider<State, never, E>["decide"]>[2],
  ): ReturnType<Decider<State, never, E>["decide"]>;
  requireVisible?(command: never, state: never, context: Parameters<Decider<State, never, E>["decide"]>[2]): void;
  evolve(state: never, event: never): State;
}

/** `parts` by the category of their streams. A stream is only ever decided about and folded by the part of its category. */
export function joinDeciders<State, Command, E extends DomainEvent>(
  parts: Readonly<Record<string, PartDecider<State, E>>>,
): JoinedDecider<State, Command, E> {
  const [first] = Object.values(parts);
  if (first === undefined) throw new Error("there must be a decider to join");

  const partOf = (streamId: string): Decider<State, Command, E> => {
    const { category } = parseStreamName(streamId);
    const part = Object.hasOwn(parts, category) ? parts[category] : undefined;
    if (part === undefined) throw new Error(`no decider for the stream ${streamId}`);
    // The category says of which kind its states, commands and events are.
    return part;
  };

  return {
    initialStateOf: (streamId) => partOf(streamId).initialState,
    decider: {
      initialState: first.initialState,
      decide: (command, state, context) => partOf(context.streamId).decide(command, state, context),
      requireVisible: (command, state, context) => partOf(context.streamId).requireVisible?.(command, state, context),
      // A fold begins with the state of the first category: one of another kind is begun anew.
      evolve: (state, event) => {
        const part = partOf(event.streamId);
        return part.evolve(event.version === 1 ? part.initialState : state, event);
      },
    },
  };
}
