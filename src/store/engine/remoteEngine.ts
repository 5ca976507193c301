/** DynamoDB that runs without us: an endpoint that was named, or AWS. */
import { isLoopbackHost } from "../../config/loopback.js";
import type { Engine } from "./engine.js";
import { removeEngineFile, writeEngineFile } from "./engineFile.js";

export interface RemoteEngineOptions {
  readonly dataDir: string;
  /** Undefined: AWS, found by the SDK's own rules. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

/** Notes where DynamoDB is; asks nothing of it. */
export async function openRemoteEngine({ dataDir, endpoint, region }: RemoteEngineOptions): Promise<Engine> {
  const kind = endpoint === undefined ? "aws" : "endpoint";
  const file = { endpoint: endpoint ?? null, region: region ?? null, engine: kind, pid: null } as const;
  await writeEngineFile(dataDir, file);
  return {
    kind,
    endpoint,
    region,
    description: endpoint === undefined ? `DynamoDB on AWS${region ? `, ${region}` : ""}` : `DynamoDB at ${endpoint}`,
    // On this machine it may be an engine that never deletes; sweeping where it does costs little there.
    deletesExpiredItems: endpoint === undefined || !isLoopbackHost(new URL(endpoint).hostname),
    contiguousSequenceNumbers: false,
    close: () => removeEngineFile(dataDir, file),
  };
}
