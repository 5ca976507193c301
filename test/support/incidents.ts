/** Builders of valid commands and a small language for the rules of incidents: given(past).when(command).then(...). */
import { foldIncident, incidentCommandSchemas, incidentDecider, noIncident } from "../../src/domain/incidents/index.js";
import type {
  IncidentCommand,
  IncidentCommandOf,
  IncidentCommandType,
  IncidentEvent,
  IncidentState,
} from "../../src/domain/incidents/index.js";
import type { Actor, Recorded } from "../../src/domain/kernel/event.js";
import { addDays, toInstant, toMilliseconds } from "../../src/domain/kernel/time.js";

export const incidentId = "01943a5c-0000-7000-8000-000000000001";
export const otherId = "01943a5c-0000-7000-8000-000000000002";
export const start = "2025-01-15T10:30:00.000Z";
export const ana: Actor = { kind: "USER", id: "ana" };
export const ben: Actor = { kind: "USER", id: "ben" };

/** An id that is valid and tells tests apart: `uuid(7)` ends in 7. */
export function uuid(n: number): string {
  return `01943a5c-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
}

export function minutesLater(minutes: number): string {
  return toInstant(toMilliseconds(start) + minutes * 60_000);
}

export { addDays };

/** A parsed command; only what the test is about needs to be given. */
export function command<T extends IncidentCommandType>(
  type: T,
  input: Record<string, unknown> = {},
): IncidentCommandOf<T> {
  return { type, ...incidentCommandSchemas[type].parse(input) } as IncidentCommandOf<T>;
}

export function declaration(input: Record<string, unknown> = {}): IncidentCommandOf<"DeclareIncident"> {
  return command("DeclareIncident", {
    number: 1,
    title: "Payments fail",
    severity: "P1",
    services: ["payment-service"],
    ...input,
  });
}

export interface When {
  readonly at?: string;
  readonly by?: Actor;
}

/** The stream that commands lead to, one after the other, a minute apart. */
export class Story {
  readonly events: Recorded<IncidentEvent>[] = [];
  state: IncidentState = noIncident;

  constructor(private readonly id = incidentId) {}

  /** Decides and records. */
  do(given: IncidentCommand, { at = minutesLater(this.events.length), by = ana }: When = {}): this {
    this.record(
      incidentDecider.decide(given, this.state, { streamId: `Incident-${this.id}`, now: at, actor: by }),
      at,
      by,
    );
    return this;
  }

  /** What a command would add now. */
  decide(
    given: IncidentCommand,
    { at = minutesLater(this.events.length), by = ana }: When = {},
  ): readonly IncidentEvent[] {
    return incidentDecider.decide(given, this.state, { streamId: `Incident-${this.id}`, now: at, actor: by });
  }

  private record(proposed: readonly (IncidentEvent & { occurredAt?: string })[], now: string, actor: Actor): void {
    for (const { occurredAt, ...event } of proposed) {
      const version = this.events.length + 1;
      const recorded: Recorded<IncidentEvent> = {
        ...event,
        eventId: uuid(1_000 + version),
        streamId: `Incident-${this.id}`,
        version,
        schemaVersion: 1,
        occurredAt: occurredAt ?? now,
        recordedAt: now,
        actor,
        correlationId: "test",
        commandId: uuid(2_000 + version),
        hash: `hash-${version}`,
        previousHash: version === 1 ? "" : `hash-${version - 1}`,
      };
      this.events.push(recorded);
      this.state = foldIncident(this.state, [recorded]);
    }
  }
}

export function declared(input: Record<string, unknown> = {}): Story {
  return new Story().do(declaration(input));
}

/** The incident of a story, which must have one. */
export function incidentOf({ state }: Story) {
  if (state.incident === undefined) throw new Error("the story declares no incident");
  return state.incident;
}
