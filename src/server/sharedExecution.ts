/** Runs a subscription document once per event for all clients that would get the same answer. */
import { createSourceEventStream, execute } from "graphql";
import type { ExecutionArgs, ExecutionResult } from "graphql";

export interface SharedExecutionDeps<Context> {
  /**
   * Who may share answers: clients whose contexts give equal keys see the same data for the same event.
   * Undefined: this client shares with nobody.
   */
  readonly shareKey?: ((context: Context) => string | undefined) | undefined;
  /**
   * The context that one event is executed in, made from the subscription's. A subscription lives long, so what a
   * context remembers of reads (its loaders) must not outlive one event. Default: the subscription's own.
   */
  readonly contextForEvent?: ((context: Context) => Context) | undefined;
  /** Called around each execution, to measure it; hands on what `run` resolves to or throws. @default only runs it */
  readonly aroundExecution?:
    | ((
        args: SubscriptionArgs<Context>,
        event: unknown,
        run: () => Promise<ExecutionResult>,
      ) => Promise<ExecutionResult>)
    | undefined;
}

export interface SubscriptionArgs<Context> extends Omit<ExecutionArgs, "contextValue"> {
  readonly contextValue: Context;
}

/** Results in the order of their events. `return()` reaches the source at once, also while `next()` waits. */
export type ResultStream = AsyncGenerator<ExecutionResult, void, void>;

export interface SharedExecution<Context> {
  /**
   * As `subscribe` of graphql-js, with the same results. Events that are one object for several clients (same
   * document text, operation name, variables and share key) are executed once, and those clients get one and the same
   * result object.
   * @throws what the source throws that is not a `GraphQLError`; so does `next()` of the stream.
   */
  readonly subscribeShared: (args: SubscriptionArgs<Context>) => Promise<ResultStream | ExecutionResult>;
}

export function createSharedExecution<Context>(deps: SharedExecutionDeps<Context>): SharedExecution<Context> {
  const { shareKey, contextForEvent = (context) => context, aroundExecution = (_args, _event, run) => run() } = deps;
  const shared = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

  const resultsOf = (event: object): Map<string, Promise<ExecutionResult>> => {
    const known = shared.get(event);
    if (known) return known;
    const results = new Map<string, Promise<ExecutionResult>>();
    shared.set(event, results);
    return results;
  };

  const run = (args: SubscriptionArgs<Context>, event: unknown): Promise<ExecutionResult> =>
    aroundExecution(args, event, async () =>
      execute({ ...args, contextValue: contextForEvent(args.contextValue), rootValue: event }),
    );

  return {
    subscribeShared: async (args) => {
      const source = await createSourceEventStream(args);
      if (!isAsyncIterable(source)) return source;
      const key = sharingKey(args, shareKey?.(args.contextValue));
      return mapStream(source, (event) => {
        if (key === undefined || typeof event !== "object" || event === null) return run(args, event);
        const results = resultsOf(event);
        const known = results.get(key);
        if (known) return known;
        const result = run(args, event);
        // Clients that each send another document must not make one event hold a result for every one of them.
        if (results.size < resultsPerEvent) results.set(key, result);
        return result;
      });
    },
  };
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

const resultsPerEvent = 64;

function sharingKey(args: SubscriptionArgs<unknown>, share: string | undefined): string | undefined {
  const text = args.document.loc?.source.body;
  if (share === undefined || text === undefined) return undefined;
  try {
    return JSON.stringify([share, args.operationName ?? null, args.variableValues ?? null, text]);
  } catch (error) {
    // Variables nested too deep to be written are nobody else's variables.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The mapping of graphql-js, whose generators queue `return()` behind a waiting `next()` in no case. */
function mapStream(source: AsyncIterable<unknown>, map: (event: unknown) => Promise<ExecutionResult>): ResultStream {
  const events = source[Symbol.asyncIterator]();
  const done = { done: true, value: undefined } as const;
  const stream: ResultStream = {
    next: async () => {
      const step = await events.next();
      if (step.done) return done;
      try {
        return { done: false, value: await map(step.value) };
      } catch (error) {
        await stream.return();
        throw error;
      }
    },
    return: async () => {
      await events.return?.();
      return done;
    },
    throw: async (error) => {
      await events.return?.();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
    [Symbol.asyncDispose]: async () => {
      await stream.return();
    },
  };
  return stream;
}
