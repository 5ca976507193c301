/** The rules of a watch: where one rule stands for one entity. Its moves are made by the evaluation, and by whoever ends an insight. */
import type { CommandRequest } from "../kernel/commandHandler.js";
import type { Decider } from "../kernel/decider.js";
import { InvalidTransitionError } from "../kernel/errors.js";
import type { Recorded } from "../kernel/event.js";
import { present } from "../kernel/present.js";
import { parseStreamName } from "../kernel/streamName.js";
import { addSeconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { InsightsCommandOf, WatchCommand } from "./commands.js";
import { midnightOf } from "./conditions.js";
import type { WatchEvent } from "./events.js";
import { parseWatchKey, toEntityKey, toWatchStream } from "./keys.js";
import type { Insight, InsightRule, InsightsStateOf, Watch } from "./state.js";
import type { WatchPhase } from "./values.js";

type State = InsightsStateOf<"watch">;
type Decision = readonly WatchEvent[];

const nothing: Decision = [];

/** What is known of a watch that was never written to, or is about nothing in particular. */
type Standing = Pick<Watch, "phase" | "revision" | "alertId" | "cooldownUntil">;

const untouched: Standing = { phase: "NORMAL", revision: 0 };

/** Which moves each phase allows. */
const allowed: Readonly<Record<WatchPhase, readonly WatchPhase[]>> = {
  NORMAL: ["PENDING", "FIRING"],
  PENDING: ["PENDING", "FIRING", "NORMAL"],
  FIRING: ["RECOVERING", "NORMAL", "HELD"],
  RECOVERING: ["FIRING", "NORMAL"],
  HELD: ["NORMAL", "FIRING"],
};

/**
 * The events that a move means; none where the watch stands there already. @throws InvalidTransitionError where the move does
 * not begin where the watch stands.
 */
export function moveWatch(command: WatchCommand, watch: Standing = untouched, now: Instant): Decision {
  switch (command.type) {
    case "BeginPending":
      return beginPending(command, watch);
    case "Reset":
      return moved(watch, "NORMAL", ["PENDING"], { type: "WatchReset", data: { revision: command.revision } });
    case "Fire":
      return fire(command, watch, now);
    case "BeginRecovering":
      return moved(watch, "RECOVERING", ["FIRING"], { type: "WatchRecovering", data: { since: command.since } });
    case "Refire":
      return moved(watch, "FIRING", ["RECOVERING"], { type: "WatchRefired", data: {} });
    case "Recover":
      return recover(command, watch);
    case "Hold":
      return hold(command, watch);
    case "Release":
      return moved(watch, "NORMAL", ["HELD"], { type: "WatchReleased", data: {} });
  }
}

function moved({ phase }: Standing, to: WatchPhase, from: readonly WatchPhase[], event: WatchEvent): Decision {
  if (phase === to) return nothing;
  if (!from.includes(phase)) throw new InvalidTransitionError(phase, to, allowed[phase]);
  return [event];
}

/** Also anew, where the rule has changed meanwhile. */
function beginPending({ revision, since }: InsightsCommandOf<"BeginPending">, watch: Standing): Decision {
  const { phase } = watch;
  if (phase === "PENDING" && watch.revision === revision) return nothing;
  if (phase !== "NORMAL" && phase !== "PENDING") throw new InvalidTransitionError(phase, "PENDING", allowed[phase]);
  return [{ type: "WatchPending", data: { revision, since } }];
}

/** What is held does not fire by its rule before it has cleared; a model that finds it again later knows no clearing. */
function fire({ type: _, ...data }: InsightsCommandOf<"Fire">, watch: Standing, now: Instant): Decision {
  const { phase, alertId, cooldownUntil } = watch;
  if (alertId === data.alertId) return nothing;
  const isHeld = phase === "HELD" && cooldownUntil !== undefined && now < cooldownUntil;
  if (alertId !== undefined || isHeld) throw new InvalidTransitionError(phase, "FIRING", allowed[phase]);
  return [{ type: "WatchFired", data }];
}

function recover({ cooldownUntil }: InsightsCommandOf<"Recover">, { phase }: Standing): Decision {
  if (phase === "NORMAL") return nothing;
  if (phase !== "FIRING" && phase !== "RECOVERING") throw new InvalidTransitionError(phase, "NORMAL", allowed[phase]);
  return [{ type: "WatchRecovered", data: { cooldownUntil } }];
}

/** Where the conditions had cleared by then, they need not clear again. */
function hold({ alertId, cooldownUntil }: InsightsCommandOf<"Hold">, watch: Standing): Decision {
  if (watch.alertId !== alertId) return nothing;
  return watch.phase === "RECOVERING"
    ? [{ type: "WatchRecovered", data: { cooldownUntil } }]
    : [{ type: "WatchHeld", data: { cooldownUntil } }];
}

/** A watch without what it is about: what its events fold into. */
export type WatchCourse = Pick<Watch, "revision" | "phase" | "since" | "alertId" | "cooldownUntil" | "raised">;

/** The watch behind an event that was recorded at `at`. */
export function foldWatch(watch: WatchCourse | undefined, event: WatchEvent, at: Instant): WatchCourse {
  return { ...present({ raised: countRaised(watch?.raised, event, at) }), ...foldPhase(watch, event, at) };
}

/** What a model raises has no revision, and does not count as the rule's. A clock that is behind counts into the later day. */
function countRaised(known: Watch["raised"], event: WatchEvent, at: Instant): Watch["raised"] {
  if (event.type !== "WatchFired" || event.data.revision === 0) return known;
  const day = midnightOf(at);
  return known !== undefined && known.day >= day ? { ...known, count: known.count + 1 } : { day, count: 1 };
}

function foldPhase(watch: WatchCourse | undefined, { type, data }: WatchEvent, at: Instant): WatchCourse {
  const revision = watch?.revision ?? 0;
  const cooldown = present({ cooldownUntil: watch?.cooldownUntil });
  const alert = present({ alertId: watch?.alertId });
  switch (type) {
    case "WatchPending":
      return { revision: data.revision, phase: "PENDING", since: data.since, ...cooldown };
    case "WatchReset":
      return { revision: data.revision, phase: "NORMAL", since: at, ...cooldown };
    case "WatchFired":
      return { revision: data.revision, phase: "FIRING", since: data.since, alertId: data.alertId };
    case "WatchRecovering":
      return { revision, phase: "RECOVERING", since: data.since, ...alert };
    case "WatchRefired":
      return { revision, phase: "FIRING", since: at, ...alert };
    case "WatchRecovered":
      return { revision, phase: "NORMAL", since: at, cooldownUntil: data.cooldownUntil };
    case "WatchHeld":
      return { revision, phase: "HELD", since: at, cooldownUntil: data.cooldownUntil };
    case "WatchReleased":
      return { revision, phase: "NORMAL", since: at, ...cooldown };
  }
}

function evolve({ watch }: State, recorded: Recorded<WatchEvent>): State {
  const { streamId, recordedAt, version, hash } = recorded;
  const of = parseWatchKey(parseStreamName(streamId).id);
  return { kind: "watch", watch: { ...of, ...foldWatch(watch, recorded, recordedAt), version, hash } };
}

export const watchDecider: Decider<State, WatchCommand, WatchEvent> = {
  initialState: { kind: "watch" },
  decide: (command, { watch }, { now }) => moveWatch(command, watch, now),
  evolve,
};

/**
 * What the end of an insight by anything but its rule means for its watch, for the same transaction: it holds the rule until its
 * conditions have cleared and its cooldown is over. `rule`: undefined where a model has raised it, which knows no cooldown.
 */
export function closeWatch(
  {
    predictionType,
    entityType,
    entityId,
    alertId,
  }: Pick<Insight, "predictionType" | "entityType" | "entityId" | "alertId">,
  rule: Pick<InsightRule, "definition"> | undefined,
  now: Instant,
): CommandRequest<InsightsCommandOf<"Hold">> {
  const streamId = toWatchStream({
    ruleId: predictionType,
    entityKey: toEntityKey({ type: entityType, id: entityId }),
  });
  const cooldownUntil = addSeconds(now, rule?.definition.cooldownSeconds ?? 0);
  return { streamId, command: { type: "Hold", alertId, cooldownUntil } };
}
