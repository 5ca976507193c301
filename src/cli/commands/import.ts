/** `opsledger import`: an export into an empty ledger, with the same positions. */
import { createProofDeps } from "../../server/proofDeps.js";
import { importLedger } from "../../store/proofs/importLedger.js";
import { formatDigestAt } from "../../store/proofs/ledgerDigest.js";
import { readLines } from "../ledgerFile.js";
import { createProgress, interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";

/** @throws Error where a server runs on the data, the ledger is not empty, or the file is not whole. */
export async function importFile({ from }: { readonly from: string }): Promise<void> {
  const connection = await connectToStore(process.env);
  const progress = createProgress("events", { quiet: false });
  try {
    // Where the tables are elsewhere only the lease shows that a server runs; there the import itself refuses.
    if (connection.shared) throw new Error("a server runs on this data; stop it first, and start it after the import");
    console.error(`Importing ${from} into ${connection.description}`);
    const { counts, digest, heads } = await interruptible("go on with the same command", (signal) =>
      importLedger(createProofDeps(connection.db), () => readLines(from), {
        signal,
        onProgress: (done, of) => progress.show(done.events, of.events, `${done.rows} rows`),
      }),
    );
    progress.stop();
    console.log(`${counts.commits} commits, ${counts.events} events, ${counts.records} idempotency records.`);
    console.log(`Prove it with: opsledger verify --expect ${formatDigestAt({ digest, heads })}`);
  } finally {
    progress.stop();
    await connection.close();
  }
}
