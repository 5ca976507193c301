/** From a commit to its subscribers over WebSocket: at 1, 100 and 1,000 of them, a socket each. */
import { setTimeout as wait } from "node:timers/promises";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import type { HttpClient } from "./httpClient.js";
import type { Row } from "./main.js";
import { percentile } from "./measure.js";
import { declareIncident, followTimeline, recordEntry } from "./operations.js";
import type { ServerProcess } from "./serverProcess.js";

const events = 60;
const pauseMilliseconds = 100;

export async function measureLatency(server: ServerProcess, client: HttpClient): Promise<Row[]> {
  const rows: Row[] = [];
  for (const subscribers of [1, 100, 1_000]) {
    const latencies = await follow(server, client, subscribers);
    rows.push({
      what: `commit to subscriber, ${subscribers} subscribers`,
      value: `p50 ${percentile(latencies, 0.5).toFixed(0)} ms, p99 ${percentile(latencies, 0.99).toFixed(0)} ms`,
      compared: `${latencies.length} messages, worst ${percentile(latencies, 1).toFixed(0)} ms`,
    });
  }
  return rows;
}

async function follow(server: ServerProcess, client: HttpClient, subscribers: number): Promise<number[]> {
  const input = { title: `Followed by ${subscribers}`, severity: "P1", services: ["bench"] };
  const { declareIncident: declared } = await client.post<{ declareIncident: { incident: { incidentId: string } } }>(
    declareIncident,
    { input },
  );
  const { incidentId } = declared.incident;
  const latencies: number[] = [];
  let received = 0;
  let measuring = false;
  const clients = Array.from({ length: subscribers }, () => {
    const socket = createClient({ url: server.webSocketUrl, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0 });
    socket.subscribe<{ incidentTimeline: { entry: { recordedAt: string } } }>(
      { query: followTimeline, variables: { incidentId } },
      {
        next: ({ data }) => {
          received += 1;
          if (measuring && data != null)
            latencies.push(
              performance.timeOrigin + performance.now() - Date.parse(data.incidentTimeline.entry.recordedAt),
            );
        },
        error: (error) => console.error(error),
        complete: () => undefined,
      },
    );
    return socket;
  });
  const record = async (text: string) => client.post(recordEntry, { input: { incidentId, text } });
  // A subscription is open once it delivers: record until everybody has heard something.
  const deadline = performance.now() + 60_000;
  while (received < subscribers) {
    if (performance.now() > deadline) throw new Error(`only ${received} of ${subscribers} subscribers are there`);
    received = 0;
    await record("are you there?");
    await wait(500);
  }
  await wait(500);
  measuring = true;
  for (let index = 0; index < events; index += 1) {
    await record(`event ${index}`);
    await wait(pauseMilliseconds);
  }
  const end = performance.now() + 20_000;
  while (latencies.length < events * subscribers && performance.now() < end) await wait(20);
  if (latencies.length < events * subscribers)
    throw new Error(`${events * subscribers - latencies.length} messages are missing`);
  for (const socket of clients) await socket.dispose();
  return latencies;
}
