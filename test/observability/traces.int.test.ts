/** Traces through the whole server: what a request did, and what its events set off, in one tree. */
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.js";
import type { Recorded } from "../../src/domain/kernel/index.js";
import { createLogger } from "../../src/observability/logger.js";
import { createTelemetry } from "../../src/observability/telemetry.js";
import type { Telemetry } from "../../src/observability/telemetry.js";
import { startOpsledger } from "../../src/server/composition.js";
import type { Opsledger } from "../../src/server/composition.js";
import { post, subscribeWs, until } from "../support/graphql/client.js";
import type { Answer } from "../support/graphql/client.js";

interface Node {
  readonly name: string;
  readonly children: readonly Node[];
}

/** Names of the spans below one, in the order in which they began. */
function treeOf(root: ReadableSpan, spans: readonly ReadableSpan[]): Node {
  const children = spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === root.spanContext().spanId)
    .sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
  return { name: root.name, children: children.map((child) => treeOf(child, spans)) };
}

const node = (name: string, ...children: Node[]): Node => ({ name, children });
const uuidOf = (traceId: string) => traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

const declare = `mutation ($input: DeclareIncidentInput!) {
  declareIncident(input: $input) { incident { id incidentId position } errors { code } }
}`;
const input = { title: "Payments fail", severity: "P1", services: ["payment-service"] };
interface Declared {
  readonly declareIncident: { readonly incident: { readonly incidentId: string; readonly position: string } };
}

describe("traces", () => {
  const exporter = new InMemorySpanExporter();
  const lines: string[] = [];
  let dataDir: string;
  let server: Opsledger;
  let telemetry: Telemetry;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "opsledger-test-"));
    telemetry = createTelemetry({ metrics: "off", spanProcessors: [new SimpleSpanProcessor(exporter)] });
    server = await startOpsledger({
      config: parseConfig({ PORT: "0", DATA_DIR: dataDir }),
      logger: createLogger({ level: "debug", destination: { write: (line: string) => void lines.push(line) } }),
      telemetry,
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => exporter.reset());

  /** The spans of the trace whose id is the answer's request id, once the request's own span has ended. */
  const traceOf = async (traceId: string, root: string): Promise<readonly ReadableSpan[]> => {
    const spans = () => exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    await until(() => spans().some(({ name }) => name === root));
    return spans();
  };
  const traceIdOf = ({ headers }: Answer<unknown>) => (headers.get("x-request-id") ?? "").replaceAll("-", "");
  const rootOf = (spans: readonly ReadableSpan[], name: string) => {
    const root = spans.find((span) => span.name === name);
    if (root === undefined) throw new Error(`no span ${name}`);
    return root;
  };

  it("of a mutation lead from the request over resolver and command to each request to DynamoDB", async () => {
    const answer = await post(server.http.url, { query: declare, variables: { input } });
    const spans = await traceOf(traceIdOf(answer), "mutation declareIncident");
    const root = rootOf(spans, "mutation declareIncident");
    expect(treeOf(root, spans)).toEqual(
      node(
        "mutation declareIncident",
        node(
          "Mutation.declareIncident",
          node("DynamoDB.UpdateItem"),
          node("command DeclareIncident", node("DynamoDB.TransactWriteItems")),
        ),
      ),
    );
    expect(root.parentSpanContext).toBeUndefined();
    expect(root.attributes).toMatchObject({
      "http.request.method": "POST",
      "http.route": "/graphql",
      "http.response.status_code": 200,
      "graphql.operation.type": "mutation",
      "opsledger.correlation_id": answer.headers.get("x-request-id"),
    });
    expect(rootOf(spans, "DynamoDB.TransactWriteItems").attributes).toMatchObject({
      "db.system.name": "aws.dynamodb",
      "db.collection.name": "aegis-incidents+domain-events",
    });
    expect(rootOf(spans, "command DeclareIncident").attributes).toMatchObject({ "opsledger.outcome": "done" });
  });

  it("of a query hold what its loaders read", async () => {
    await post(server.http.url, { query: declare, variables: { input } });
    const answer = await post(server.http.url, {
      query: "{ incidents(first: 5) { nodes { title comments { nodes { text } } } } }",
    });
    const spans = await traceOf(traceIdOf(answer), "query incidents");
    const { children } = treeOf(rootOf(spans, "query incidents"), spans);
    expect(children[0]).toMatchObject({ name: "Query.incidents" });
    expect(children[0]?.children[0]).toEqual(node("DynamoDB.Query"));
    const requests = spans.filter(({ name }) => name.startsWith("DynamoDB."));
    expect(requests.length).toBeGreaterThan(1);
    const known = new Set(spans.map((span) => span.spanContext().spanId));
    expect(requests.filter(({ parentSpanContext }) => !known.has(parentSpanContext?.spanId ?? ""))).toEqual([]);
  });

  it("go on from the caller's own trace, and what the events set off later is in it as well", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const answer = await post<Declared>(server.http.url, { query: declare, variables: { input }, headers });
    expect(answer.headers.get("x-request-id")).toBe(uuidOf(traceId));
    const spans = await traceOf(traceId, "mutation declareIncident");
    expect(rootOf(spans, "mutation declareIncident").parentSpanContext?.spanId).toBe("00f067aa0ba902b7");

    const { incidentId } = answer.data?.declareIncident.incident ?? { incidentId: "" };
    let event: Recorded | undefined;
    for await (const commit of server.ledger.eventStore.readStream(`Incident-${incidentId}`))
      event ??= commit.events[0];
    if (event === undefined) throw new Error("no event");
    await telemetry.tracing.event("process notify", event, async () => undefined, { "opsledger.processor": "notify" });
    const processing = rootOf(await traceOf(traceId, "process notify"), "process notify");
    expect(processing.links).toHaveLength(1);
    expect(processing.links[0]?.context.spanId).toBe(rootOf(spans, "command DeclareIncident").spanContext().spanId);
    expect(processing.attributes).toMatchObject({
      "opsledger.event_id": event.eventId,
      "event.type": "IncidentDeclared",
    });
  });

  it("of a request hold what processors do with its events", async () => {
    // A batch with the events of several requests has a trace of its own.
    await until(async () => (await server.ledger.control.list()).every(({ lagEvents }) => lagEvents === 0));
    const answer = await post(server.http.url, { query: declare, variables: { input } });
    const spans = await traceOf(traceIdOf(answer), "process event-index");
    const processing = rootOf(spans, "process event-index");
    expect(processing.links.map(({ context }) => context.spanId)).toEqual([
      rootOf(spans, "command DeclareIncident").spanContext().spanId,
    ]);
    expect(processing.attributes).toMatchObject({ "opsledger.processor": "event-index" });
  });

  it("do not follow a caller that wants no trace", async () => {
    const traceId = "5bf92f3577b34da6a3ce929d0e0e4737";
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-00` };
    await post(server.http.url, { query: "{ __typename }", headers });
    const traced = await post(server.http.url, { query: "{ __typename }" });
    await traceOf(traceIdOf(traced), "query __typename");
    expect(exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)).toEqual([]);
  });

  it("of a subscription hold its start; each message is in the trace of the request that led to it", async () => {
    const declared = await post<Declared>(server.http.url, { query: declare, variables: { input } });
    const { incidentId } = declared.data?.declareIncident.incident ?? { incidentId: "" };
    const collector = subscribeWs(server.http.webSocketUrl, {
      query: `subscription ($id: ID!) { incidentTimeline(incidentId: $id) { entry { description } } }`,
      variables: { id: incidentId },
    });
    await until(() => exporter.getFinishedSpans().some(({ name }) => name === "subscription incidentTimeline"));
    const start = rootOf(exporter.getFinishedSpans(), "subscription incidentTimeline");
    expect(treeOf(start, exporter.getFinishedSpans())).toEqual(
      node("subscription incidentTimeline", node("Subscription.incidentTimeline", node("DynamoDB.BatchGetItem"))),
    );
    const changed = await post(server.http.url, {
      query: `mutation ($id: ID!) { changeIncidentStatus(input: { incidentId: $id, to: ACKNOWLEDGED }) { errors { code } } }`,
      variables: { id: incidentId },
    });
    await collector.next();
    const spans = await traceOf(traceIdOf(changed), "push incidentTimeline");
    const push = rootOf(spans, "push incidentTimeline");
    expect(push.links[0]?.context.spanId).toBe(rootOf(spans, "command ChangeStatus").spanContext().spanId);
    await collector.close();
  });

  it("say what failed, and why", async () => {
    const answer = await post(server.http.url, { query: `{ node(id: "no id") { id } }` });
    expect(answer.errors).toHaveLength(1);
    const spans = await traceOf(traceIdOf(answer), "query node");
    expect(rootOf(spans, "Query.node").status).toMatchObject({ code: 2 });
    expect(rootOf(spans, "Query.node").events.map(({ name }) => name)).toEqual(["exception"]);
    // It is the caller's mistake, so the request as such is in order.
    expect(rootOf(spans, "query node").status).toMatchObject({ code: 0 });
  });

  it("are named in log lines", async () => {
    lines.length = 0;
    const answer = await post(server.http.url, { query: "{ __typename }" });
    await traceOf(traceIdOf(answer), "query __typename");
    telemetry.tracing.inSpan(
      telemetry.tracing.startRequest({ name: "test", correlationId: uuidOf(traceIdOf(answer)), headers: {} }),
      () =>
        createLogger({ level: "info", destination: { write: (line: string) => void lines.push(line) } }).info("here"),
    );
    const line = JSON.parse(lines.find((each) => each.includes(`"msg":"here"`)) ?? "{}") as Record<string, unknown>;
    expect(line).toMatchObject({ traceId: traceIdOf(answer) });
    expect(line["spanId"]).toMatch(/^[0-9a-f]{16}$/);
  });

  it("leave out what machines ask again and again, and what the feed does by itself", async () => {
    const base = server.http.url.replace("/graphql", "");
    await fetch(`${base}/healthz`);
    await fetch(`${base}/readyz`);
    const answer = await post(server.http.url, { query: declare, variables: { input } });
    await traceOf(traceIdOf(answer), "mutation declareIncident");
    await server.ledger.pipeline.feed.head();
    const roots = exporter.getFinishedSpans().filter(({ parentSpanContext }) => parentSpanContext === undefined);
    const asked = roots.map(({ name }) => name).filter((name) => !name.startsWith("process "));
    expect(asked).toEqual(["mutation declareIncident"]);
  });
});

describe("a collector", () => {
  it("is sent the spans by OTLP over HTTP, at the latest when the server stops", async () => {
    const received: { readonly url: string | undefined; readonly body: unknown }[] = [];
    const collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push({ url: request.url, body: JSON.parse(Buffer.concat(chunks).toString("utf8")) });
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    }).listen(0, "127.0.0.1");
    await once(collector, "listening");
    const { port } = collector.address() as AddressInfo;
    const telemetry = createTelemetry({ metrics: "off", otlpEndpoint: `http://127.0.0.1:${port}/` });
    const correlationId = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3";
    await telemetry.tracing.request({ name: "query incidents", correlationId, headers: {} }, async () => undefined);
    await telemetry.close();
    collector.close();
    expect(received.map(({ url }) => url)).toEqual(["/v1/traces"]);
    expect(received[0]?.body).toMatchObject({
      resourceSpans: [
        {
          resource: {
            attributes: expect.arrayContaining([
              { key: "service.name", value: { stringValue: "opsledger" } },
            ]) as unknown,
          },
          scopeSpans: [{ spans: [{ name: "query incidents", traceId: correlationId.replaceAll("-", "") }] }],
        },
      ],
    });
  });

  it("that is not there does not hold the server up when it stops", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, "close");
    const telemetry = createTelemetry({ metrics: "off", otlpEndpoint: `http://127.0.0.1:${port}` });
    await telemetry.tracing.request({ name: "x", correlationId: "x", headers: {} }, async () => undefined);
    const begun = performance.now();
    await telemetry.close();
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});

describe("without a collector", () => {
  it("nothing is traced, and what is measured runs as it is", async () => {
    const { tracing } = createTelemetry({ metrics: "off" });
    expect(tracing.on).toBe(false);
    expect(tracing.startRequest({ name: "x", correlationId: "x", headers: {} })).toBeUndefined();
    await expect(tracing.step({ name: "x" }, async (span) => span ?? "no span")).resolves.toBe("no span");
  });
});
