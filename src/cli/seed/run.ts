/** Loads example incidents through the same mutations that people use. Keys make a second run add nothing. */
import type { GraphQLClient } from "../graphqlClient.js";
import {
  SeedCommentDocument,
  SeedDeclareDocument,
  SeedEntryDocument,
  SeedFollowUpDocument,
  SeedLinkDocument,
  SeedPostmortemDocument,
  SeedReopenDocument,
  SeedRoleDocument,
  SeedSeverityDocument,
  SeedStatusDocument,
  SeedSummaryDocument,
} from "../generated/operations.js";
import type { SeedIncident, SeedStep } from "./incidents.js";
import { requireNoErrors } from "./refusals.js";

export interface SeedDeps {
  readonly client: GraphQLClient;
  readonly incidents: readonly SeedIncident[];
  /** Called after each command. */
  readonly onProgress: () => void;
}

/** How many commands a run sends. */
export function countCommands(incidents: readonly SeedIncident[]): number {
  return incidents.reduce((sum, { steps }) => sum + 1 + steps.length, 0);
}

/** Incidents one after the other, so that their numbers follow the list; throws at the first refusal. */
export async function runSeed({ client, incidents, onProgress }: SeedDeps): Promise<void> {
  for (const incident of incidents) {
    const incidentId = await declare(client, incident);
    onProgress();
    for (const [index, step] of incident.steps.entries()) {
      const shared = { incidentId, idempotencyKey: `seed/${incident.key}/${index + 1}` };
      requireNoErrors(`${incident.key} step ${index + 1}`, await runStep(client, step, shared));
      onProgress();
    }
  }
}

async function declare(client: GraphQLClient, incident: SeedIncident): Promise<string> {
  const { key, by, title, description, severity, services, labels, commander, began } = incident;
  const input = {
    idempotencyKey: `seed/${key}`,
    title,
    description,
    severity,
    services: [...services],
    labels: Object.entries(labels).map(([label, value]) => ({ key: label, value })),
    occurredAt: began,
    ...(commander === undefined ? {} : { commander }),
  };
  const { declareIncident } = await client.run(SeedDeclareDocument, { input }, by);
  requireNoErrors(key, declareIncident.errors);
  if (declareIncident.incident == null) throw new Error(`${key}: no incident in the answer`);
  return declareIncident.incident.id;
}

type Errors = readonly { readonly code: string; readonly message: string }[];

async function runStep(
  client: GraphQLClient,
  step: SeedStep & { readonly by: string },
  shared: { readonly incidentId: string; readonly idempotencyKey: string },
): Promise<Errors> {
  switch (step.does) {
    case "status": {
      const input = { ...shared, to: step.to, reason: step.reason, occurredAt: step.at };
      return (await client.run(SeedStatusDocument, { input }, step.by)).changeIncidentStatus.errors;
    }
    case "reopen":
      return (await client.run(SeedReopenDocument, { input: { ...shared, reason: step.reason } }, step.by))
        .reopenIncident.errors;
    case "severity": {
      const input = { ...shared, to: step.to, reason: step.reason };
      return (await client.run(SeedSeverityDocument, { input }, step.by)).changeIncidentSeverity.errors;
    }
    case "role": {
      const input = { ...shared, personId: step.person, role: step.role };
      return (await client.run(SeedRoleDocument, { input }, step.by)).assignIncidentRole.errors;
    }
    case "comment":
      return (await client.run(SeedCommentDocument, { input: { ...shared, text: step.text } }, step.by))
        .addIncidentComment.errors;
    case "entry": {
      const input = { ...shared, text: step.text, occurredAt: step.at, keyMoment: step.keyMoment ?? false };
      return (await client.run(SeedEntryDocument, { input }, step.by)).recordTimelineEntry.errors;
    }
    case "summary": {
      const input = {
        ...shared,
        text: step.text,
        modelUsed: step.model,
        source: step.model === undefined ? "HUMAN" : "MODEL",
      } as const;
      return (await client.run(SeedSummaryDocument, { input }, step.by)).attachIncidentSummary.errors;
    }
    case "link": {
      const input = { ...shared, kind: "URL", target: step.url, title: step.title } as const;
      return (await client.run(SeedLinkDocument, { input }, step.by)).linkIncident.errors;
    }
    case "followUp": {
      const { title, owner, dueAt, priority } = step;
      const input = { ...shared, title, owner, dueAt, priority: priority ?? "MEDIUM" };
      return (await client.run(SeedFollowUpDocument, { input }, step.by)).addFollowUp.errors;
    }
    case "postmortem": {
      const input = { ...shared, title: step.title, content: step.content };
      return (await client.run(SeedPostmortemDocument, { input }, step.by)).attachPostmortem.errors;
    }
  }
}
