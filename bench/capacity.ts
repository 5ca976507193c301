/** DynamoDB requests and capacity units of each operation, exact, as the engine reports them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseConfig } from "../src/config/config.js";
import { createLogger } from "../src/observability/logger.js";
import { startOpsledger } from "../src/server/composition.js";
import type { SentRequest } from "../src/store/dynamodb/client.js";
import { createHttpClient } from "./httpClient.js";
import type { HttpClient } from "./httpClient.js";
import type { Row } from "./main.js";
import { board, changeStatus, declareIncident, listIncidents, recordEntry } from "./operations.js";

export async function measureCapacity(): Promise<Row[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "opsledger-capacity-"));
  const sent: SentRequest[] = [];
  const opsledger = await startOpsledger({
    config: parseConfig({ PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "warn" }),
    logger: createLogger({ level: "warn" }),
    onRequest: (request) => sent.push(request),
    returnCapacity: true,
  });
  const client = createHttpClient(opsledger.http.url);
  try {
    const rows: Row[] = [];
    const count = async <Data>(what: string, query: string, variables?: object): Promise<Data> => {
      sent.length = 0;
      const data = await client.post<Data>(query, variables);
      const units = sent
        .flatMap(({ consumed }) => consumed)
        .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      rows.push({
        what: `requests to DynamoDB: ${what}`,
        value: `${sent.length}`,
        compared: `${sent.map(({ operation }) => operation).join(" + ")}, ${units} capacity units`,
      });
      return data;
    };
    const input = { title: "Counted", severity: "P1", services: ["bench", "other"], commander: "ana" };
    const declared = await count<{ declareIncident: { incident: { incidentId: string } } }>(
      "declare an incident",
      declareIncident,
      { input },
    );
    const { incidentId } = declared.declareIncident.incident;
    await count("change a status (warm)", changeStatus, { input: { incidentId, to: "ACKNOWLEDGED" } });
    await count("change a status with an idempotency key (warm)", changeStatus, {
      input: { incidentId, to: "MITIGATED", idempotencyKey: "k" },
    });
    await count("record a timeline entry (warm)", recordEntry, { input: { incidentId, text: "x" } });
    for (let index = 0; index < 60; index += 1)
      await client.post(declareIncident, { input: { ...input, title: `Counted ${index}` } });
    await count("incidents(first: 50)", listIncidents);
    await count("incidents(first: 50) with participants and last five entries", board);
    await count(
      "incidents(first: 50, status OPEN), by severity",
      listIncidents.replace("first: 50", "first: 50, orderBy: MOST_SEVERE_FIRST, filter: { status: [OPEN] }"),
    );
    await count(
      "incident(id) with its timeline(first: 20, oldest first)",
      `query ($id: ID!) { incident(id: $id) { title timeline(first: 20, orderBy: OLDEST_FIRST) { nodes { description } } } }`,
      { id: incidentId },
    );
    // Of no project: the batching of one would be counted, too.
    const event = { title: "Counted" };
    await client.post(ingestProjectEvent, { input: event });
    await count("ingest a project event (warm)", ingestProjectEvent, { input: event });
    await count("ingest 100 project events (warm)", ingestProjectEvents, {
      input: { events: Array.from({ length: 100 }, () => event) },
    });
    const eventId = await untilProjected(client);
    await count("incident(id, asOf: version 2)", pastIncident, { id: incidentId });
    await count("incidentHistory of all versions", history, { id: incidentId });
    await count("incidentCounts", "{ incidentCounts { status count } }");
    await count("why(eventId), of an event that nothing caused", why, { eventId });
    return rows;
  } finally {
    client.close();
    await opsledger.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const ingestProjectEvent = `mutation ($input: IngestProjectEventInput!) {
  ingestProjectEvent(input: $input) { errors { message } } }`;
const ingestProjectEvents = `mutation ($input: IngestProjectEventsInput!) {
  ingestProjectEvents(input: $input) { errors { message } } }`;
const pastIncident = `query ($id: ID!) { incident(id: $id, asOf: { version: 2 }) { status version } }`;
const history = `query ($id: ID!) { incidentHistory(id: $id) { toVersion changes(first: 50) { nodes { path } } } }`;
const why = `query ($eventId: ID!) { why(eventId: $eventId) { causes { type } effects { type } } }`;

/** Waits until the async views have seen every event; returns the id of one. */
async function untilProjected(client: HttpClient): Promise<string> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { processors, events } = await client.post<{
      processors: { lagEvents: number }[];
      events: { nodes: { eventId: string }[] };
    }>("{ processors { lagEvents } events(first: 1) { nodes { eventId } } }");
    const [first] = events.nodes;
    if (first !== undefined && processors.every(({ lagEvents }) => lagEvents === 0)) return first.eventId;
    if (performance.now() > deadline) throw new Error("the async views do not catch up");
    await wait(50);
  }
}
