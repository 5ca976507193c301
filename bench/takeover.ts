/** Two servers on one engine: how long after kill -9 of the one that feeds a subscriber of the other gets the next event. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { createLogger } from "../src/observability/logger.js";
import { createDynamoDb } from "../src/store/dynamodb/client.js";
import { startEngine } from "../src/store/engine/index.js";
import { feederLease } from "../src/store/feed/feeder.js";
import { createLeases } from "../src/store/processing/leases.js";
import { prefixed } from "../src/store/tables.js";
import { createHttpClient } from "./httpClient.js";
import type { HttpClient } from "./httpClient.js";
import type { Row } from "./main.js";
import { median } from "./measure.js";
import { declareIncident, followTimeline, recordEntry } from "./operations.js";
import { startServerProcess } from "./serverProcess.js";
import type { ServerProcess } from "./serverProcess.js";

const kills = 5;
const pauseMilliseconds = 50;
const patienceMilliseconds = 60_000;

export async function measureTakeover(leaseMilliseconds: number): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-bench-takeover-"));
  const engine = await startEngine({ dataDir, log: () => undefined });
  const endpoint = engine.endpoint ?? "";
  const db = createDynamoDb({ endpoint, tableName: prefixed("") });
  // It only looks at who holds the lease; it never takes one.
  const leases = createLeases({
    db,
    owner: "bench",
    milliseconds: leaseMilliseconds,
    takeOver: false,
    log: createLogger({ level: "warn" }),
  });
  const environment = {
    DYNAMODB_ENDPOINT: endpoint,
    LEASE_MS: String(leaseMilliseconds),
    CURSOR_SECRET: "the servers of the benchmark share this",
  };
  const servers: ServerProcess[] = [];
  try {
    for (let index = 0; index < 2; index += 1) servers.push(await startServerProcess(environment));
    const taken: number[] = [];
    for (let round = 0; round < kills; round += 1) {
      const holder = await untilHeldBy(leases, servers);
      const survivor = servers.find((server) => server !== holder);
      if (survivor === undefined) throw new Error("nobody is left to take over");
      taken.push(
        await killAndWait(
          survivor,
          async () => {
            servers.splice(servers.indexOf(holder), 1);
            await holder.kill();
          },
          leaseMilliseconds,
        ),
      );
      servers.push(await startServerProcess(environment));
    }
    const middle = median(taken);
    return [
      {
        what: `kill -9 of the feeding server until a subscriber of another one gets the next event, against LEASE_MS = ${leaseMilliseconds}`,
        value: (middle / leaseMilliseconds).toFixed(2),
        compared: `${middle.toFixed(0)} ms median of ${kills}, ${Math.min(...taken).toFixed(0)} to ${Math.max(...taken).toFixed(0)} ms`,
      },
    ];
  } finally {
    for (const server of servers) await server.close();
    db.close();
    await engine.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The server that feeds, by the process id in the name of the lease's owner. */
async function untilHeldBy(
  leases: { holder(name: string): Promise<string | undefined> },
  servers: readonly ServerProcess[],
): Promise<ServerProcess> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    const pid = Number((await leases.holder(feederLease))?.split(":").at(-2));
    const holder = servers.find((server) => server.pid === pid);
    if (holder !== undefined) return holder;
    if (performance.now() > deadline) throw new Error("nobody holds the feeder's lease");
    await wait(pauseMilliseconds);
  }
}

/** Milliseconds from the kill to the arrival of the first event that was recorded after it. Nothing may be missing or double. */
async function killAndWait(
  survivor: ServerProcess,
  kill: () => Promise<void>,
  leaseMilliseconds: number,
): Promise<number> {
  const client = createHttpClient(survivor.url);
  const socket = createClient({ url: survivor.webSocketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  try {
    const input = { title: "Taken over", severity: "P2", services: ["bench"] };
    const { declareIncident: answer } = await client.post<{ declareIncident: { incident: { incidentId: string } } }>(
      declareIncident,
      { input },
    );
    const { incidentId } = answer.incident;
    const received: Received[] = [];
    socket.subscribe<{ incidentTimeline: { entry: { recordedAt: string; version: number } } }>(
      { query: followTimeline, variables: { incidentId } },
      {
        next: ({ data }) => {
          if (data == null) return;
          const { recordedAt, version } = data.incidentTimeline.entry;
          received.push({ version, recordedAt: Date.parse(recordedAt), at: performance.now() });
        },
        error: (error) => console.error(error),
        complete: () => undefined,
      },
    );
    const stopLoad = startLoad(client, incidentId);
    await until(() => received.length >= 5);
    // Anywhere between two beats of the lease.
    await wait((Math.random() * leaseMilliseconds) / 3);
    const [killedAt, from] = [Date.now(), performance.now()];
    await kill();
    await until(() => received.some(({ recordedAt }) => recordedAt > killedAt));
    const next = received.find(({ recordedAt }) => recordedAt > killedAt);
    const lastVersion = await stopLoad();
    await until(() => received.at(-1)?.version === lastVersion);
    requireContiguous(received);
    return (next?.at ?? Number.NaN) - from;
  } finally {
    await socket.dispose();
    client.close();
  }
}

interface Received {
  readonly version: number;
  readonly recordedAt: number;
  readonly at: number;
}

/** One command after the other, a pause between; stopping returns the incident's version behind the last. */
function startLoad(client: HttpClient, incidentId: string): () => Promise<number> {
  const stopping = new AbortController();
  const loop = async () => {
    let version = 0;
    while (!stopping.signal.aborted) {
      const { recordTimelineEntry: answer } = await client.post<{
        recordTimelineEntry: { incident: { version: number } | null; errors: unknown[] };
      }>(recordEntry, { input: { incidentId, text: "Still at it" } });
      if (answer.incident === null) throw new Error(JSON.stringify(answer.errors));
      version = answer.incident.version;
      await wait(pauseMilliseconds);
    }
    return version;
  };
  const running = loop();
  running.catch(() => undefined);
  return () => {
    stopping.abort();
    return running;
  };
}

function requireContiguous(received: readonly Received[]): void {
  for (const [index, { version }] of received.entries()) {
    const before = received[index - 1]?.version;
    if (before !== undefined && version !== before + 1) throw new Error(`version ${version} came after ${before}`);
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("waited for too long");
    await wait(1);
  }
}
