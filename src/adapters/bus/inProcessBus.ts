/** The local event bus: EventBridge's limits, rules and patterns within this process. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventBus } from "../../domain/kernel/index.js";
import { toRuleEvent } from "./busEntry.js";
import type { BusEntry } from "./busEntry.js";
import { compilePattern } from "./eventPattern.js";
import type { EventMatcher, PatternEvent } from "./eventPattern.js";
import { publishInOrder } from "./orderedPublish.js";
import type { EntryOutcome } from "./orderedPublish.js";

/** Where a rule sends what it selects. Throwing means: try again. It may get an event twice. */
export type BusTarget = (event: PatternEvent) => void | Promise<void>;

/** The part of a structured logger that the bus needs. */
export interface BusLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface InProcessBusDeps {
  readonly log: BusLog;
  /** So many tries in all, then the event is lost to the target and the log says so. @default 4 */
  readonly triesPerTarget?: number | undefined;
  /** Upper bound of the wait before a target's second try, in milliseconds; doubles with each further one. @default 100 */
  readonly baseMilliseconds?: number | undefined;
}

export interface InProcessBus extends EventBus {
  /** Adds a rule, or replaces the one of this name. Throws {@link InvalidPatternError}. */
  putRule(name: string, pattern: unknown, target: BusTarget): void;
  removeRule(name: string): void;
}

interface Rule {
  readonly name: string;
  readonly matches: EventMatcher;
  readonly target: BusTarget;
}

/**
 * Creates the bus. `publish` resolves when every target of every event has it or is given up on, so that what is published is
 * not lost with the process. Targets of one event work side by side; a target gets the events of a subject in order.
 */
export function createInProcessBus({
  log,
  triesPerTarget = 4,
  baseMilliseconds = 100,
}: InProcessBusDeps): InProcessBus {
  const rules = new Map<string, Rule>();
  const closing = new AbortController();

  /** Whether the target has the event, or is given up on: false where the bus closes before either. */
  const deliver = async ({ name, target }: Rule, event: PatternEvent): Promise<boolean> => {
    for (let tries = 1; ; tries += 1) {
      try {
        await target(event);
        return true;
      } catch (error) {
        const fields = { rule: name, eventType: event["detail-type"], detail: event["detail"], err: error };
        if (tries >= triesPerTarget) {
          log.error(fields, "a target of the event bus is given up on; it has lost this event");
          return true;
        }
        if (closing.signal.aborted) return false;
        log.warn({ rule: name, tries, err: error }, "a target of the event bus failed; trying again");
        const wait = Math.random() * baseMilliseconds * 2 ** (tries - 1);
        await sleep(wait, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  const take = async (entry: BusEntry): Promise<EntryOutcome> => {
    const event = toRuleEvent(entry, { id: randomUUID(), account: "000000000000", region: "local" });
    const selected = [...rules.values()].filter(({ matches }) => matches(event));
    const delivered = await Promise.all(selected.map((rule) => deliver(rule, event)));
    // It comes again, to all of its targets, when somebody publishes again.
    return delivered.every(Boolean) ? { kind: "taken" } : { kind: "failed", reason: "the event bus is closed" };
  };

  return {
    publish: (events) =>
      publishInOrder(events, { send: (entries) => Promise.all(entries.map(take)), signal: closing.signal }),
    close: async () => closing.abort(),
    putRule: (name, pattern, target) => void rules.set(name, { name, matches: compilePattern(pattern), target }),
    removeRule: (name) => void rules.delete(name),
  };
}
