/** Watches commands: how many, how long, how they end; and a span around each. */
import { DomainError } from "../domain/kernel/index.js";
import type { CommandObserver, ObservedOutcome } from "../domain/kernel/index.js";
import type { LabelsOf } from "./metrics.js";
import { attribute } from "./tracing.js";
import type { Telemetry } from "./telemetry.js";

/** Creates the observer; none where telemetry is off. */
export function createCommandObserver({ on, metrics, tracing, feedLag }: Telemetry): CommandObserver | undefined {
  if (!on) return undefined;
  return {
    command: (command, work) =>
      tracing.command({ ...command, name: `command ${command.type}` }, async (span) => {
        const begun = performance.now();
        const end = (ending: Ending) => {
          metrics.command({ type: command.type, ...ending }, (performance.now() - begun) / 1_000);
          span?.setAttribute(attribute.outcome, ending.code === "" ? ending.outcome : ending.code);
        };
        try {
          const outcome = await work();
          end({ outcome: outcomeOf(outcome), code: "" });
          for (const [first, ...more] of outcome.events) {
            if (first === undefined) continue;
            metrics.eventsAppended(categoryOf(first.streamId), 1 + more.length);
            for (const event of [first, ...more]) feedLag.appended(event);
          }
          return outcome;
        } catch (error) {
          end(endingOf(error));
          throw error;
        }
      }),
    conflict: ({ type }, next) => metrics.commandConflict({ type, next }),
  };
}

type Ending = Omit<LabelsOf<"commands">, "type">;

function outcomeOf({ repeated, events }: ObservedOutcome): string {
  if (repeated) return "repeated";
  return events.some(({ length }) => length > 0) ? "done" : "unchanged";
}

/** A store that does not answer is our failure, whatever the caller asked for; all other refusals are rules. */
function endingOf(error: unknown): Ending {
  if (!(error instanceof DomainError)) return { outcome: "failed", code: "UNEXPECTED" };
  return { outcome: error.code === "UNAVAILABLE" ? "failed" : "refused", code: error.code };
}

/** `Incident` of `Incident-<id>`. */
function categoryOf(streamId: string): string {
  return streamId.split("-", 1)[0] ?? streamId;
}
