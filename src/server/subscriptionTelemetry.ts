/** Measures and traces subscriptions: how many there are, and how long an event takes to leave for each. */
import { getOperationAST } from "graphql";
import type { ExecutionResult } from "graphql";
import type { Telemetry } from "../observability/telemetry.js";
import type { TracedEvent } from "../observability/tracing.js";
import { outcomeOfErrors, rootFieldOf } from "./operationTelemetry.js";
import type { RequestFacts } from "./requestFacts.js";
import { isAsyncIterable } from "./sharedExecution.js";
import type { ResultStream, SharedExecution, SharedExecutionDeps, SubscriptionArgs } from "./sharedExecution.js";

/** Starts a subscription of a caller. */
export type Subscribe<Context> = (
  args: SubscriptionArgs<Context>,
  facts: RequestFacts,
) => Promise<ResultStream | ExecutionResult>;

export interface SubscriptionTelemetry {
  /** To be given to shared execution. */
  readonly aroundExecution: NonNullable<SharedExecutionDeps<unknown>["aroundExecution"]> | undefined;
  /** Makes a subscribe function that measures. Whoever takes results asks for the next when the last has been sent. */
  readonly measured: <Context>(subscribe: SharedExecution<Context>["subscribeShared"]) => Subscribe<Context>;
}

export function createSubscriptionTelemetry({ on, metrics, tracing }: Telemetry): SubscriptionTelemetry {
  if (!on) return { aroundExecution: undefined, measured: (subscribe) => (args) => subscribe(args) };
  /** When the event was recorded that a result tells of; in milliseconds. */
  const recorded = new WeakMap<ExecutionResult, number>();

  const count = (field: string, transport: RequestFacts["transport"], results: ResultStream): ResultStream => {
    const begun = Date.now();
    let sending: number | undefined;
    let open = true;
    metrics.subscribers({ field, transport }, 1);
    const end = () => {
      if (open) metrics.subscribers({ field, transport }, -1);
      open = false;
    };
    const stream: ResultStream = {
      next: async () => {
        if (sending !== undefined) metrics.pushed(field, Math.max(0, Date.now() - sending) / 1_000);
        sending = undefined;
        try {
          const step = await results.next();
          if (step.done) end();
          else {
            const at = recorded.get(step.value);
            // What a subscriber missed before it came was not late.
            if (at !== undefined && at >= begun) sending = at;
          }
          return step;
        } catch (error) {
          end();
          throw error;
        }
      },
      return: async () => {
        end();
        return results.return();
      },
      throw: async (error) => {
        end();
        return results.throw(error);
      },
      [Symbol.asyncIterator]: () => stream,
      [Symbol.asyncDispose]: async () => {
        await stream.return();
      },
    };
    return stream;
  };

  return {
    aroundExecution: async (args, source, run) => {
      const event = eventIn(source);
      if (event === undefined) return run();
      const result = await tracing.event(`push ${fieldOf(args)}`, event, run);
      recorded.set(result, Date.parse(event.recordedAt));
      return result;
    },
    measured: (subscribe) => async (args, facts) => {
      const field = fieldOf(args);
      const { transport, requestId: correlationId, headers } = facts;
      const name = `subscription ${field}`;
      // A WebSocket has no request of its own for each operation; a stream has one, which is being traced.
      const traced = (work: () => Promise<ResultStream | ExecutionResult>) =>
        transport === "websocket"
          ? tracing.request({ name, correlationId, headers }, work)
          : tracing.step({ name }, work);
      try {
        const results = await traced(() => subscribe(args));
        const refused = isAsyncIterable(results) ? [] : (results.errors ?? []);
        metrics.operation({ operation: "subscription", field, outcome: outcomeOfErrors(refused) });
        return isAsyncIterable(results) ? count(field, transport, results) : results;
      } catch (error) {
        metrics.operation({ operation: "subscription", field, outcome: outcomeOfErrors([error]) });
        throw error;
      }
    },
  };
}

/** The root field of a subscription that was found valid. */
function fieldOf({ document, operationName }: SubscriptionArgs<unknown>): string {
  const operation = getOperationAST(document, operationName);
  return operation ? rootFieldOf(document, operation) : "none";
}

/** The domain event that a subscription's source has yielded: itself, or in an entry of the feed. */
function eventIn(source: unknown): (TracedEvent & { readonly recordedAt: string }) | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  const event: object = "event" in source && typeof source.event === "object" && source.event ? source.event : source;
  return isRecorded(event) ? event : undefined;
}

function isRecorded(value: object): value is TracedEvent & { readonly recordedAt: string } {
  return (
    "recordedAt" in value &&
    typeof value.recordedAt === "string" &&
    "correlationId" in value &&
    typeof value.correlationId === "string" &&
    "commandId" in value &&
    typeof value.commandId === "string"
  );
}
