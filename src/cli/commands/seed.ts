/** `opsledger seed`. */
import { Presets, SingleBar } from "cli-progress";
import { connect } from "../connection.js";
import { seedIncidents } from "../seed/incidents.js";
import { seedEntities, seedRules } from "../seed/insights.js";
import { seedSessions } from "../seed/integrations.js";
import { seedProjects } from "../seed/projects.js";
import { seedRequests } from "../seed/research.js";
import { countCommands, runSeed } from "../seed/run.js";
import { countInsightCommands, runInsightSeed } from "../seed/runInsights.js";
import { countIntegrationCommands, runIntegrationSeed } from "../seed/runIntegrations.js";
import { countProjectCommands, runProjectSeed } from "../seed/runProjects.js";
import { countResearchCommands, runResearchSeed } from "../seed/runResearch.js";

export async function seed({ token }: { readonly token?: string } = {}): Promise<void> {
  const connection = await connect(process.env, token);
  const bar = new SingleBar(
    {
      format: "  {bar} {percentage}% | {value}/{total} commands | {duration_formatted}",
      stream: process.stdout,
      noTTYOutput: true,
      notTTYSchedule: 1_000,
    },
    Presets.shades_classic,
  );
  try {
    const { client, description } = connection;
    console.log(
      `Loading ${seedIncidents.length} example incidents, ${seedProjects.length} example projects, ${seedEntities.length} example students and tutors, ${seedRequests.length} example research requests and ${seedSessions.length} example integration sessions into ${description}`,
    );
    const insights = { entities: seedEntities, rules: seedRules };
    const commands =
      countCommands(seedIncidents) +
      countProjectCommands(seedProjects) +
      countInsightCommands(insights) +
      countResearchCommands(seedRequests) +
      countIntegrationCommands(seedSessions);
    bar.start(commands, 0);
    const now = () => new Date();
    const onProgress = () => bar.increment();
    await runSeed({ client, incidents: seedIncidents, onProgress });
    await runProjectSeed({ client, projects: seedProjects, onProgress });
    await runInsightSeed({ client, ...insights, now, onProgress });
    await runResearchSeed({ client, requests: seedRequests, onProgress });
    await runIntegrationSeed({ client, sessions: seedSessions, now, onProgress });
    bar.stop();
    console.log("Done. Running it again adds nothing.");
  } finally {
    bar.stop();
    await connection.close();
  }
}
