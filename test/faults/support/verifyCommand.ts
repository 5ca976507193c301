/** `opsledger verify` as a person runs it, on the ledger of a cluster. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { freshDataDir } from "../../e2e/support/builtServer.js";
import type { Cluster } from "../../support/cluster.js";

const project = join(import.meta.dirname, "..", "..", "..");

/** Runs the command; throws with what it said where it finds a difference. */
export async function verifyByCommand({ engine }: Cluster): Promise<void> {
  const program = join("dist", "src", "cli", "main.js");
  await promisify(execFile)(process.execPath, [program, "verify"], {
    cwd: project,
    env: {
      PATH: process.env["PATH"],
      DATA_DIR: await freshDataDir(),
      DYNAMODB_ENDPOINT: await engine.endpoint(),
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  }).catch((error: Error & { readonly stdout?: string }) => {
    throw new Error(`opsledger verify: ${error.message}\n${error.stdout ?? ""}`, { cause: error });
  });
}
