/** `opsledger export`: the whole log with its positions, as lines of JSON. */
import { createProofDeps } from "../../server/proofDeps.js";
import { exportLines } from "../../store/proofs/exportLedger.js";
import type { ExportCounts } from "../../store/proofs/exportLedger.js";
import { writeLines } from "../ledgerFile.js";
import { createProgress, interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";

/** Writes to `to`, compressed where its name ends in .gz. The file appears when it is whole. */
export async function exportLedger({ to }: { readonly to: string }): Promise<void> {
  const connection = await connectToStore(process.env);
  const progress = createProgress("events", { quiet: false });
  let counts: ExportCounts | undefined;
  try {
    console.error(`Exporting ${connection.description} to ${to}`);
    await interruptible("nothing was kept; export again", (signal) => {
      const onProgress = (done: ExportCounts, of: number) => {
        counts = done;
        progress.show(done.events, of, to);
      };
      return writeLines(to, exportLines(createProofDeps(connection.db), { signal, onProgress }));
    });
    progress.stop();
    const { commits = 0, events = 0, records = 0 } = counts ?? {};
    console.log(`${commits} commits, ${events} events, ${records} idempotency records.`);
  } finally {
    progress.stop();
    await connection.close();
  }
}
