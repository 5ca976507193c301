/** Loads example projects through the same mutations that people use. Keys and delivery ids make a second run add nothing. */
import {
  SeedAssignmentRuleDocument,
  SeedProjectEventsDocument,
  SeedProjectSettingsDocument,
} from "../generated/operations.js";
import type { GraphQLClient } from "../graphqlClient.js";
import type { SeedProject } from "./projects.js";
import { requireNoErrors } from "./refusals.js";

export interface SeedProjectsDeps {
  readonly client: GraphQLClient;
  readonly projects: readonly SeedProject[];
  /** Called after each command. */
  readonly onProgress: () => void;
}

/** Settings, a rule, and all events together. */
const commandsOfProject = 3;

/** How many commands a run sends. */
export function countProjectCommands(projects: readonly SeedProject[]): number {
  return projects.length * commandsOfProject;
}

/** Throws at the first refusal. */
export async function runProjectSeed({ client, projects, onProgress }: SeedProjectsDeps): Promise<void> {
  for (const { key, settings, repository, events } of projects) {
    const { setProjectSettings } = await client.run(SeedProjectSettingsDocument, {
      input: { ...settings, idempotencyKey: `seed/${key}/settings` },
    });
    requireNoErrors(key, setProjectSettings.errors);
    onProgress();
    const { addAssignmentRule } = await client.run(SeedAssignmentRuleDocument, {
      input: {
        source: "GITHUB",
        field: "REPOSITORY",
        pattern: repository,
        project: settings.project,
        idempotencyKey: `seed/${key}/rule`,
      },
    });
    requireNoErrors(key, addAssignmentRule.errors);
    onProgress();
    const { ingestProjectEvents } = await client.run(SeedProjectEventsDocument, {
      input: { events: events.map((event) => ({ ...event, project: settings.project })) },
    });
    requireNoErrors(key, [
      ...ingestProjectEvents.errors,
      ...ingestProjectEvents.results.flatMap(({ errors }) => errors),
    ]);
    onProgress();
  }
}
