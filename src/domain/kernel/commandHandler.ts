/** Load, decide, append; decide again where another writer was faster. */
import { commandTypeOf, unobserved } from "./commandObserver.js";
import type { CommandObserver, ObservedCommand } from "./commandObserver.js";
import { commitTags } from "./decider.js";
import type { DecisionContext, Decider, InlineProjection } from "./decider.js";
import type { EventCodec } from "./codec.js";
import type { Actor, Commit, DomainEvent, Proposed, Recorded } from "./event.js";
import { DomainError, UnavailableError, VersionConflictError } from "./errors.js";
import type { EventStore, Idempotency, StreamAppend, StreamPosition } from "./eventStore.js";
import { chainEvents } from "./hashChain.js";
import type { Digest, Unchained } from "./hashChain.js";
import { createKeyedQueue } from "./keyedQueue.js";
import type { Scope } from "./scope.js";
import type { Clock, Ids } from "./time.js";

/** A state and the stream version that it is the fold of. */
export interface Loaded<State> {
  readonly version: number;
  readonly state: State;
  /** Hash of the stream's last event; "" where there is none. */
  readonly hash: string;
}

/** Where a decision's state comes from when it is not in the cache. */
export interface StateLoader<State, Command> {
  /** The stream's state as far as `command` needs it, by one strongly consistent read. Version 0: no such stream. */
  load(streamId: string, command: Command): Promise<Loaded<State>>;
  /** Whether a cached state holds all that `command` needs. */
  covers(state: State, command: Command): boolean;
}

/** A bounded cache of states. What it returns may be behind the log, never ahead of it. */
export interface StateCache<State> {
  get(streamId: string): Loaded<State> | undefined;
  set(streamId: string, loaded: Loaded<State>): void;
  delete(streamId: string): void;
}

/** One command for one stream. */
export interface CommandRequest<Command> {
  readonly streamId: string;
  readonly command: Command;
  /** Refuse with {@link VersionConflictError} unless the stream is at this version. */
  readonly expectedVersion?: number | undefined;
}

/** What is the same for all events of a request. */
export interface CommandMetadata {
  readonly actor: Actor;
  /** How much of the ledger the caller may see. @default everything */
  readonly scope?: Scope | undefined;
  readonly correlationId: string;
  readonly causationId?: string | undefined;
  readonly commandId?: string | undefined;
  readonly idempotency?: Idempotency | undefined;
}

export interface CommandOutcome<State> {
  /** Where each stream stood after the command, in the order of the requests. */
  readonly positions: readonly StreamPosition[];
  /** The states that were decided on; empty where the command repeats an earlier one. */
  readonly before: readonly State[];
  /** The states after the command; empty where the command repeats an earlier one. */
  readonly states: readonly State[];
  /** What was recorded for each request, which may be nothing; empty where the command repeats an earlier one. */
  readonly events: readonly (readonly Recorded[])[];
  readonly repeated: boolean;
}

export interface CommandHandlerDeps<State, Command, E extends DomainEvent> {
  readonly decider: Decider<State, Command, E>;
  readonly projection: InlineProjection<State, E>;
  readonly codec: EventCodec;
  readonly eventStore: EventStore;
  readonly loader: StateLoader<State, Command>;
  readonly cache: StateCache<State>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly digest: Digest;
  /** Waits before try number `attempt` (2, 3 ...), with jitter. */
  readonly backoff: (attempt: number) => Promise<void>;
  /** How often a conflict is decided again. @default 8 */
  readonly maxAttempts?: number;
  /** Told of every command. @default nobody */
  readonly observer?: CommandObserver | undefined;
}

export interface CommandHandler<State, Command> {
  /**
   * Decides all requests and appends their events in one transaction: all happen or none. One request to the store when
   * every stream is in the cache, one more for each that is not. Throws what the decider refuses with, and what
   * {@link EventStore.append} throws.
   */
  handle(requests: readonly CommandRequest<Command>[], metadata: CommandMetadata): Promise<CommandOutcome<State>>;
}

type IdentifiedMetadata = CommandMetadata & { readonly commandId: string };

/**
 * Creates the handler for one kind of stream. Commands of this process on one stream queue up behind each other, so that
 * they do not conflict among themselves; other processes are met by the version check.
 */
export function createCommandHandler<State, Command, E extends DomainEvent>(
  deps: CommandHandlerDeps<State, Command, E>,
): CommandHandler<State, Command> {
  const { decider, projection, codec, eventStore, loader, cache, clock, ids, digest, backoff } = deps;
  const maxAttempts = deps.maxAttempts ?? 8;
  const observer = deps.observer ?? unobserved;

  interface Basis extends Loaded<State> {
    readonly fromCache: boolean;
  }

  interface Verdict {
    readonly proposed: readonly Proposed<E>[];
    readonly refusal?: DomainError;
  }

  interface Decision {
    readonly streamId: string;
    readonly before: Loaded<State>;
    readonly after: Loaded<State>;
    readonly commit: Commit<E> | undefined;
  }

  const contextOf = (streamId: string, { actor, scope }: CommandMetadata): DecisionContext => ({
    streamId,
    now: clock.now(),
    actor,
    scope,
  });

  const load = async (
    { streamId, command, expectedVersion }: CommandRequest<Command>,
    metadata: CommandMetadata,
  ): Promise<Basis> => {
    const cached = cache.get(streamId);
    const usable =
      cached !== undefined &&
      loader.covers(cached.state, command) &&
      (expectedVersion === undefined || cached.version === expectedVersion);
    if (usable) return { ...cached, fromCache: true };
    const loaded = await loader.load(streamId, command);
    if (expectedVersion !== undefined && loaded.version !== expectedVersion) {
      // The version of what the caller may not see is none of its business.
      decider.requireVisible?.(command, loaded.state, contextOf(streamId, metadata));
      throw new VersionConflictError(streamId, expectedVersion, loaded.version);
    }
    if (loaded.version > 0) cache.set(streamId, loaded);
    return { ...loaded, fromCache: false };
  };

  const record = (
    streamId: string,
    before: Loaded<State>,
    proposed: readonly Proposed<E>[],
    context: DecisionContext,
    metadata: IdentifiedMetadata,
  ): readonly Recorded<E>[] => {
    const events = proposed.map(({ occurredAt, ...event }, index): Unchained<E> => ({
      // encode() validates against the schema of E's type, so its result is an E.
      ...(codec.encode(event as DomainEvent) as unknown as E & { schemaVersion: number }),
      eventId: ids.next(),
      streamId,
      version: before.version + 1 + index,
      occurredAt: occurredAt ?? context.now,
      recordedAt: context.now,
      actor: metadata.actor,
      correlationId: metadata.correlationId,
      ...(metadata.causationId === undefined ? {} : { causationId: metadata.causationId }),
      commandId: metadata.commandId,
    }));
    return chainEvents(events, before.hash, digest);
  };

  const consider = (command: Command, state: State, context: DecisionContext): Verdict => {
    try {
      return { proposed: decider.decide(command, state, context) };
    } catch (refusal) {
      if (!(refusal instanceof DomainError)) throw refusal;
      return { proposed: [], refusal };
    }
  };

  const decide = async (request: CommandRequest<Command>, metadata: IdentifiedMetadata): Promise<Decision> => {
    const { streamId, command } = request;
    const before = await load(request, metadata);
    const context = contextOf(streamId, metadata);
    const { proposed, refusal } = consider(command, before.state, context);
    if (proposed.length === 0) {
      // An append would notice that a cached state is behind the log; "no" and "nothing to do" must ask.
      if (before.fromCache && (await eventStore.headVersion(streamId)) !== before.version) {
        cache.delete(streamId);
        return decide(request, metadata);
      }
      if (refusal !== undefined) throw refusal;
      return { streamId, before, after: before, commit: undefined };
    }
    const events = record(streamId, before, proposed, context, metadata);
    const state = events.reduce((folded, event) => decider.evolve(folded, event), before.state);
    return {
      streamId,
      before,
      after: { state, version: before.version + events.length, hash: events.at(-1)?.hash ?? before.hash },
      commit: { streamId, version: before.version + 1, events, tags: commitTags(projection, before.state, state) },
    };
  };

  const toAppend = ({ before, after, commit }: Decision): StreamAppend[] =>
    commit === undefined
      ? []
      : [
          {
            commit,
            expectedVersion: before.version,
            views: projection.changes(before.state, commit.events, after.state),
          },
        ];

  // #region attempt
  const attempt = async (
    requests: readonly CommandRequest<Command>[],
    metadata: IdentifiedMetadata,
  ): Promise<CommandOutcome<State>> => {
    const decisions = await Promise.all(requests.map((request) => decide(request, metadata)));
    const appends = decisions.flatMap(toAppend);
    const positions = decisions.map(({ streamId, after, commit }): StreamPosition => ({
      streamId,
      version: after.version,
      ...(commit === undefined ? { unchanged: true } : {}),
    }));
    const before = decisions.map((decision) => decision.before.state);
    const states = decisions.map(({ after }) => after.state);
    const events = decisions.map(({ commit }) => commit?.events ?? []);
    if (appends.length === 0 && metadata.idempotency === undefined)
      return { positions, before, states, events, repeated: false };
    const result = await eventStore.append({
      appends,
      // What a decision left alone may be why it decided so about the others.
      unchanged: appends.length === 0 ? [] : positions.filter(({ unchanged }) => unchanged === true),
      outcome: positions,
      ...(metadata.idempotency === undefined ? {} : { idempotency: metadata.idempotency }),
    });
    if (result.repeated) return repeat<State>(result.positions);
    for (const { streamId, after } of decisions) cache.set(streamId, after);
    return { positions, before, states, events, repeated: false };
  };
  // #endregion

  const forget = (requests: readonly CommandRequest<Command>[]) => {
    for (const { streamId } of requests) cache.delete(streamId);
  };

  /** Whether the caller said at which version the stream must be; only then is a conflict the caller's to solve. */
  const isExpected = (requests: readonly CommandRequest<Command>[], streamId: string): boolean =>
    requests.some((request) => request.streamId === streamId && request.expectedVersion !== undefined);

  const handle = async (
    requests: readonly CommandRequest<Command>[],
    metadata: IdentifiedMetadata,
    observed: ObservedCommand,
  ) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(requests, metadata);
      } catch (error) {
        if (!(error instanceof DomainError)) {
          // The outcome is unknown: what is cached may be too old to trust.
          forget(requests);
          throw error;
        }
        // A repeat may be refused by the very state that its first run led to: the first outcome counts.
        const earlier = metadata.idempotency && (await eventStore.findOutcome(metadata.idempotency));
        if (earlier) return repeat<State>(earlier);
        if (error instanceof VersionConflictError || error instanceof UnavailableError) forget(requests);
        if (!(error instanceof VersionConflictError)) throw error;
        const giveUp = isExpected(requests, error.streamId) || tries >= maxAttempts;
        observer.conflict(observed, giveUp ? "GIVE_UP" : "RETRY");
        if (isExpected(requests, error.streamId)) throw error;
        if (giveUp) {
          throw new UnavailableError(`too many writers on ${error.streamId}; try again`, [], { cause: error });
        }
        await backoff(tries + 1);
      }
    }
  };

  const queue = createKeyedQueue();
  return {
    handle: (requests, given) => {
      const metadata = { ...given, commandId: given.commandId ?? ids.next() };
      const type = commandTypeOf(requests[0]?.command);
      const observed: ObservedCommand = { type, commandId: metadata.commandId, causationId: given.causationId };
      return observer.command(observed, () =>
        queue.run(
          requests.map(({ streamId }) => streamId),
          () => handle(requests, metadata, observed),
        ),
      );
    },
  };
}

/** What an earlier command under the same key has led to. */
function repeat<State>(positions: readonly StreamPosition[]): CommandOutcome<State> {
  return { positions, before: [], states: [], events: [], repeated: true };
}
