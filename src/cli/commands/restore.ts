/** `opsledger restore`: everything else of a ledger, made from its log that came back from a backup. */
import { createProofDeps } from "../../server/proofDeps.js";
import { restoreLedger } from "../../store/proofs/restoreLedger.js";
import { createProgress, interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";
import { counted } from "../text.js";

/** @throws Error where a server runs on the data, or the log is not whole. */
export async function restore(): Promise<void> {
  const connection = await connectToStore(process.env);
  const progress = createProgress("events", { quiet: false });
  try {
    // Where the tables are elsewhere only the lease shows that a server runs; there the restore itself refuses.
    if (connection.shared) throw new Error("a server runs on this data; stop it first, and start it after the restore");
    const { db, config, description } = connection;
    console.error(`Making everything else from the log in ${description}`);
    const { streams, events, torn, rows } = await interruptible("go on with the same command", (signal) =>
      restoreLedger(createProofDeps(db), {
        feedLogs: config.feedLogs,
        signal,
        onProgress: (done) => progress.show(done.events, done.events, `${done.rows} rows`),
      }),
    );
    progress.stop();
    console.log(`${counted(streams, "stream")}, ${counted(events, "event")}; ${counted(rows, "row")} written.`);
    if (torn > 0)
      console.log(`${counted(torn, "idempotency record")} removed whose commands the backup does not have.`);
    console.log("Async views, policies and their timers follow when a server starts. Then prove it: opsledger verify");
  } finally {
    progress.stop();
    await connection.close();
  }
}
