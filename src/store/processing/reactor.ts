/**
 * The reactor: runs a policy. Its commands carry the event that caused them and an id made from it, so that an event that
 * comes twice has no second effect; its timers are written in the transaction that moves the checkpoint.
 */
import { v5 as uuidv5 } from "uuid";
import { IdempotencyKeyReusedError, InvalidTransitionError } from "../../domain/kernel/index.js";
import type { Effect, FeedEntry, Policy, PolicyRequest, Timer } from "../../domain/kernel/index.js";
import type { RowWrite } from "../dynamodb/rowWrite.js";
import type { FeedLog } from "../feed/feedLog.js";
import type { FeedHandler } from "./processor.js";

export interface ReactorDeps<Command> {
  readonly policy: Policy<Command>;
  /** Carries a command out. Throws a DomainError where it is refused. */
  readonly execute: (command: Command, request: PolicyRequest) => Promise<void>;
  /** How timers are written beside the checkpoint. */
  readonly timerWrites: { toPut(timer: Timer): RowWrite; toDelete(timerId: string): RowWrite };
  readonly log: FeedLog;
}

/** What a timer of a policy keeps until it is due. */
interface Waiting<Command> {
  readonly command: Command;
  readonly request: PolicyRequest;
}

/** Everything in uuid v5 that this product names; made once, never to be changed: ids of commands depend on it. */
const namespace = "5b0f4ac6-8a6b-4b1e-9a57-6e1d1f6f8d0e";

/** The handler of a policy. */
export function createReactor<Command>(deps: ReactorDeps<Command>): FeedHandler {
  const { policy, timerWrites } = deps;

  const carryOut = async (entry: FeedEntry, effect: Effect<Command>, index: number): Promise<readonly RowWrite[]> => {
    const request = requestFor(policy.name, entry, index);
    switch (effect.kind) {
      case "command":
        await execute(deps, effect.command, request);
        return [];
      case "schedule": {
        const payload: Waiting<Command> = { command: effect.command, request };
        return [timerWrites.toPut({ timerId: effect.timerId, dueAt: effect.dueAt, task: policy.name, payload })];
      }
      case "cancel":
        return [timerWrites.toDelete(effect.timerId)];
    }
  };

  return {
    name: policy.name,
    kind: "POLICY",
    startsAt: policy.startsAt,
    wants: (entry) => policy.react(entry).length > 0,
    handle: async (entries) => {
      const writes: RowWrite[] = [];
      // One after the other: what an earlier event leads to comes before what a later one does.
      for (const entry of entries) {
        for (const [index, effect] of policy.react(entry).entries())
          writes.push(...(await carryOut(entry, effect, index)));
      }
      return lastOfEach(writes);
    },
  };
}

/** What the scheduler runs when a timer of the policy is due. */
export function createPolicyTask<Command>(
  deps: Pick<ReactorDeps<Command>, "policy" | "execute" | "log">,
): (timer: Timer) => Promise<void> {
  return async ({ payload }) => {
    // Only the reactor writes payloads of its policy; the command is parsed because its shape may have changed since.
    const { command, request } = payload as Waiting<unknown>;
    await execute(deps, deps.policy.command.parse(command), request);
  };
}

async function execute<Command>(
  { policy, execute: carryOut, log }: Pick<ReactorDeps<Command>, "policy" | "execute" | "log">,
  command: Command,
  request: PolicyRequest,
): Promise<void> {
  try {
    await carryOut(command, request);
  } catch (error) {
    // The world has moved on since the event: the command is not wanted any more. Or the event has led to a command before,
    // when the policy was set otherwise: the key is made from the event, so that one counts.
    const isOver = error instanceof InvalidTransitionError || error instanceof IdempotencyKeyReusedError;
    if (!isOver) throw error;
    log.info({ policy: policy.name, causationId: request.causationId, reason: error.message }, "overtaken by events");
  }
}

function requestFor(policy: string, { event }: FeedEntry, index: number): PolicyRequest {
  const commandId = uuidv5(`${policy}/${event.eventId}/${index}`, namespace);
  return {
    actor: { kind: "SYSTEM", id: `policy:${policy}` },
    correlationId: event.correlationId,
    causationId: event.eventId,
    commandId,
    idempotencyKey: commandId,
  };
}

/** Of several writes of one timer the last: a transaction takes one for each item. */
function lastOfEach(writes: readonly RowWrite[]): readonly RowWrite[] {
  const timerOf = (write: RowWrite) => String((write.kind === "put" ? write.item : write.key)["timerId"]);
  return [...new Map(writes.map((write) => [timerOf(write), write])).values()];
}
