/** `opsledger seed`. */
import { Presets, SingleBar } from "cli-progress";
import { connect } from "../connection.js";
import { seedIncidents } from "../seed/incidents.js";
import { countCommands, runSeed } from "../seed/run.js";

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
    console.log(`Loading ${seedIncidents.length} example incidents into ${connection.description}`);
    bar.start(countCommands(seedIncidents), 0);
    await runSeed({ client: connection.client, incidents: seedIncidents, onProgress: () => bar.increment() });
    bar.stop();
    console.log("Done. Running it again adds nothing.");
  } finally {
    bar.stop();
    await connection.close();
  }
}
