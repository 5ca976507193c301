/** Made-up incidents of about twenty events, decided by the ledger's own rules: what the large ledgers of the benchmark hold. */
import {
  incidentCommandSchemas,
  incidentDecider,
  incidentProjection,
  noIncident,
} from "../src/domain/incidents/index.js";
import type { IncidentCommand, IncidentCommandType } from "../src/domain/incidents/index.js";
import { createCommandHandler } from "../src/domain/kernel/commandHandler.js";
import type { StreamAppend } from "../src/domain/kernel/eventStore.js";
import { toInstant } from "../src/domain/kernel/time.js";
import { codec, uuidIds } from "../src/server/ledger.js";
import { sha256 } from "../src/store/sha256.js";
import { createStateCache } from "../src/store/stateCache.js";

const services = ["payment-service", "checkout", "login", "ledger", "search", "mail", "catalogue", "shipping"];
const people = ["ana", "ben", "chloe", "dev", "eva", "finn"];
const minute = 60_000;

/** The appends of one incident's whole life, in order: one for each command. Number `number` makes it the same each time but for ids. */
export async function incidentStory(number: number, startedAt: number): Promise<readonly StreamAppend[]> {
  const appends: StreamAppend[] = [];
  const streamId = `Incident-${uuidIds.next(toInstant(startedAt))}`;
  let now = startedAt;
  const handler = createCommandHandler({
    decider: incidentDecider,
    projection: incidentProjection,
    codec,
    eventStore: {
      append: async (request) => {
        appends.push(...request.appends);
        return { positions: [], repeated: false };
      },
      readStream: () => notAsked(),
      headVersion: () => notAsked(),
      findOutcome: async () => undefined,
      readAll: () => notAsked(),
    },
    loader: { load: async () => ({ version: 0, state: noIncident, hash: "" }), covers: () => true },
    cache: createStateCache({ max: 1, trim: (state) => state }),
    clock: { now: () => toInstant(now) },
    ids: uuidIds,
    digest: sha256,
    backoff: async () => undefined,
  });
  for (const [index, command] of commandsOf(number).entries()) {
    now = startedAt + index * minute;
    const actor = { kind: "USER", id: pick(people, number + index) } as const;
    await handler.handle([{ streamId, command }], { actor, correlationId: uuidIds.next() });
  }
  return appends;
}

function commandsOf(number: number): readonly IncidentCommand[] {
  const service = pick(services, number);
  const [first, second] = [uuidIds.next(), uuidIds.next()];
  return [
    command("DeclareIncident", {
      number,
      title: `${service} answers slowly or not at all`,
      description: `Since a few minutes every ${(number % 7) + 2}th request to ${service} ends with 502.`,
      severity: `P${number % 4}`,
      services: [service, pick(services, number + 3)],
      labels: { region: number % 2 === 0 ? "eu-west-1" : "us-east-1" },
      commander: pick(people, number),
    }),
    command("ChangeStatus", { to: "ACKNOWLEDGED" }),
    command("AssignRole", { personId: pick(people, number + 1), role: "SCRIBE" }),
    command("RecordEntry", { text: "The error rate rose with the release of this morning." }),
    command("AddComment", { commentId: first, text: "The pool of connections is exhausted on two of six nodes." }),
    command("ChangeStatus", { to: "INVESTIGATING", reason: "Looking at the release" }),
    command("RecordEntry", { text: "Rolled back on one node: it recovers.", keyMoment: true }),
    command("AssignRole", { personId: pick(people, number + 2), role: "COMMS" }),
    command("ChangeLabels", { set: { team: pick(services, number + 1) } }),
    command("AddComment", { commentId: second, text: "Customers were told on the status page." }),
    command("ChangeSeverity", { to: "P4", reason: "One in a hundred requests fails now" }),
    command("RecordEntry", { text: "Rolled back everywhere." }),
    command("ChangeStatus", { to: "MITIGATED", reason: "Rolled back" }),
    command("AddService", { service: pick(services, number + 5) }),
    command("RecordEntry", { text: "No error for a quarter of an hour." }),
    command("AddFollowUp", { followUpId: uuidIds.next(), title: "Alert on exhausted pools", priority: "HIGH" }),
    command("AttachSummary", { summaryId: uuidIds.next(), text: "A release leaked connections; it was rolled back." }),
    command("ChangeStatus", { to: "RESOLVED", reason: "No error for an hour" }),
    command("RecordEntry", { text: "The post-mortem is on Thursday." }),
  ];
}

function command(type: IncidentCommandType, input: Readonly<Record<string, unknown>>): IncidentCommand {
  // Parsed by the schema of its own type, so the two belong together.
  return { type, ...incidentCommandSchemas[type].parse(input) } as IncidentCommand;
}

function pick<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new Error("nothing to pick from");
  return value;
}

function notAsked(): never {
  throw new Error("a story only appends");
}
