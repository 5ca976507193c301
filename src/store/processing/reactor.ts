/**
 * The reactor: runs a policy. Its commands carry the event that caused them and an id made from it, so that an event that
 * comes twice has no second effect; its timers are written in the transaction that moves the checkpoint.
 */
import { IdempotencyKeyReusedError, InvalidTransitionError } from "../../domain/kernel/index.js";
import type { Effect, FeedEntry, Instant, Policy, PolicyRequest, Timer } from "../../domain/kernel/index.js";
import type { RowWrite } from "../dynamodb/rowWrite.js";
import type { FeedLog } from "../feed/feedLog.js";
import { nameId } from "../nameId.js";
import type { TimerTask } from "../timers/timerRunner.js";
import type { FeedHandler } from "./processor.js";

/**
 * Carries a command out. Throws a DomainError where it is refused. `signal` aborts where it must stop. What it returns is to
 * be carried out later, by the same timer: what comes from no timer must schedule what is to come again.
 */
export type Execute<Command> = (
  command: Command,
  request: PolicyRequest,
  signal: AbortSignal,
) => Promise<Later<Command> | undefined>;

/** A command that is to be carried out, and when. */
export interface Later<Command> {
  readonly dueAt: Instant;
  readonly command: Command;
}

export interface ReactorDeps<Command> {
  readonly policy: Policy<Command>;
  readonly execute: Execute<Command>;
  /** How timers are written beside the checkpoint. */
  readonly timerWrites: { toPut(timer: Timer): RowWrite; toDelete(timerId: string): RowWrite };
  readonly log: FeedLog;
  /** Whether a command that is to be scheduled would find nothing to do: it gets no timer then. @default none */
  readonly isIdle?: ((command: Command) => Promise<boolean>) | undefined;
  /** Told when timers have been written, so that the scheduler of this process need not find them. @default nobody */
  readonly onScheduled?: (() => void) | undefined;
}

/** What a timer of a policy keeps until it is due. */
interface Waiting<Command> {
  readonly command: Command;
  readonly request: PolicyRequest;
}

/** A timer that carries a command of the policy out when it is due. */
export function toPolicyTimer<Command>(
  policy: Pick<Policy<Command>, "name">,
  { timerId, dueAt, ...waiting }: Waiting<Command> & Pick<Timer, "timerId" | "dueAt">,
): Timer {
  return { timerId, dueAt, task: policy.name, payload: toPayload(waiting) };
}

function toPayload<Command>({ command, request }: Waiting<Command>): Waiting<Command> {
  return { command, request };
}

/** What an event leads to, and the request that it is carried out with. */
interface Reaction<Command> {
  readonly effect: Effect<Command>;
  readonly request: PolicyRequest;
}

/** The handler of a policy. */
export function createReactor<Command>(deps: ReactorDeps<Command>): FeedHandler {
  const { policy, timerWrites, onScheduled, isIdle = async () => false } = deps;
  // The feed has no end to a command but its own: what takes long is scheduled.
  const never = new AbortController().signal;

  const carryOut = async ({ effect, request }: Reaction<Command>): Promise<readonly RowWrite[]> => {
    switch (effect.kind) {
      case "command":
        await execute(deps, effect.command, request, never);
        return [];
      case "schedule": {
        const { timerId, dueAt, command } = effect;
        if (await isIdle(command)) return [];
        return [timerWrites.toPut(toPolicyTimer(policy, { timerId, dueAt, command, request }))];
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
      const reactions = entries.flatMap((entry) =>
        policy.react(entry).map((effect, index) => ({ effect, request: requestFor(policy.name, entry, index) })),
      );
      const writes: RowWrite[] = [];
      // One after the other: what an earlier event leads to comes before what a later one does.
      for (const reaction of reactions) writes.push(...(await carryOut(reaction)));
      return lastOfEach(writes);
    },
    ...(onScheduled === undefined ? {} : { onWritten: onScheduled }),
  };
}

/** What the scheduler runs when a timer of the policy is due. */
export function createPolicyTask<Command>(deps: Pick<ReactorDeps<Command>, "policy" | "execute" | "log">): TimerTask {
  return async ({ payload }, signal) => {
    // Only the reactor writes payloads of its policy; the command is parsed because its shape may have changed since.
    const { command, request } = payload as Waiting<unknown>;
    const later = await execute(deps, deps.policy.command.parse(command), request, signal);
    return later && { dueAt: later.dueAt, payload: toPayload({ command: later.command, request }) };
  };
}

async function execute<Command>(
  { policy, execute: carryOut, log }: Pick<ReactorDeps<Command>, "policy" | "execute" | "log">,
  command: Command,
  request: PolicyRequest,
  signal: AbortSignal,
): Promise<Later<Command> | undefined> {
  try {
    return await carryOut(command, request, signal);
  } catch (error) {
    // The world has moved on since the event: the command is not wanted any more. Or the event has led to a command before,
    // when the policy was set otherwise: the key is made from the event, so that one counts.
    const isOver = error instanceof InvalidTransitionError || error instanceof IdempotencyKeyReusedError;
    if (!isOver) throw error;
    log.info({ policy: policy.name, causationId: request.causationId, reason: error.message }, "overtaken by events");
    return undefined;
  }
}

function requestFor(policy: string, { event }: FeedEntry, index: number): PolicyRequest {
  const commandId = nameId(`${policy}/${event.eventId}/${index}`);
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
