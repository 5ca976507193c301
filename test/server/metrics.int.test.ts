/** `/metrics` through the whole server: what happened is counted, under the names and labels that are documented. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTelemetry } from "../../src/observability/telemetry.js";
import type { Telemetry } from "../../src/observability/telemetry.js";
import { noSocket, readMetrics } from "../support/metrics.js";
import { post, subscribeWs, until } from "../support/graphql/client.js";
import { startTestOpsledger } from "../support/opsledger.js";
import type { TestOpsledger } from "../support/opsledger.js";
import { startTestServer } from "./testServer.js";

const metricsUrl = (graphqlUrl: string) => graphqlUrl.replace(/\/graphql$/, "/metrics");

describe("the metrics of a running ledger", () => {
  let server: TestOpsledger;
  beforeAll(async () => {
    server = await startTestOpsledger();
  });
  afterAll(() => server.close());

  const read = () => readMetrics(metricsUrl(server.opsledger.http.url));
  const send = (query: string, variables: Record<string, unknown> = {}) =>
    post(server.opsledger.http.url, { query, variables });

  it("are Prometheus text", async () => {
    const response = await fetch(metricsUrl(server.opsledger.http.url));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toMatch(/^# TYPE opsledger_process_memory_bytes gauge$/m);
    expect(text).toMatch(/^opsledger_build_info\{version="\d+\.\d+\.\d+",node="v\d+/m);
  });

  it("count commands by type and outcome, with their events", async () => {
    const before = await read();
    const { incidentId } = await server.declare();
    await server.changeStatus(incidentId, "ACKNOWLEDGED");
    await server.changeStatus(incidentId, "ACKNOWLEDGED");
    const refused = await send(
      `mutation ($id: ID!) { changeIncidentStatus(input: { incidentId: $id, to: CLOSED }) { errors { code } } }`,
      { id: incidentId },
    );
    expect(refused.data).toMatchObject({ changeIncidentStatus: { errors: [{ code: "INVALID_TRANSITION" }] } });
    const after = await read();
    const risen = (name: string, labels: Record<string, string>) =>
      after.value(name, labels) - before.value(name, labels);
    const commands = "opsledger_commands_total";
    expect(risen(commands, { type: "DeclareIncident", outcome: "done", code: "" })).toBe(1);
    expect(risen(commands, { type: "ChangeStatus", outcome: "done", code: "" })).toBe(1);
    expect(risen(commands, { type: "ChangeStatus", outcome: "unchanged", code: "" })).toBe(1);
    expect(risen(commands, { type: "ChangeStatus", outcome: "refused", code: "INVALID_TRANSITION" })).toBe(1);
    expect(risen("opsledger_command_duration_seconds_count", { type: "ChangeStatus" })).toBe(3);
    expect(risen("opsledger_events_appended_total", { category: "Incident" })).toBe(2);
    const operations = "opsledger_graphql_operations_total";
    const field = { operation: "mutation", field: "changeIncidentStatus" };
    expect(risen(operations, { ...field, outcome: "ok" })).toBe(2);
    expect(risen(operations, { ...field, outcome: "refused" })).toBe(1);
    expect(risen("opsledger_graphql_operation_duration_seconds_count", field)).toBe(3);
  });

  it("count a command that was carried out before as repeated", async () => {
    const input = { title: "Once", severity: "P1", services: ["payment-service"], idempotencyKey: "metrics-once" };
    const declare = `mutation ($input: DeclareIncidentInput!) { declareIncident(input: $input) { incident { id } } }`;
    const labels = { type: "DeclareIncident", outcome: "repeated", code: "" };
    const before = (await read()).value("opsledger_commands_total", labels);
    await send(declare, { input });
    await send(declare, { input });
    expect((await read()).value("opsledger_commands_total", labels)).toBe(before + 1);
  });

  it("count a conflict that the caller is told of", async () => {
    const { incidentId } = await server.declare();
    const labels = { type: "ChangeStatus", next: "GIVE_UP" };
    const codes = { type: "ChangeStatus", outcome: "refused", code: "VERSION_CONFLICT" };
    const before = await read();
    await send(
      `mutation ($id: ID!) {
         changeIncidentStatus(input: { incidentId: $id, to: ACKNOWLEDGED, expectedVersion: 7 }) { errors { code } }
       }`,
      { id: incidentId },
    );
    const after = await read();
    expect(after.value("opsledger_command_conflicts_total", labels)).toBe(
      before.value("opsledger_command_conflicts_total", labels) + 1,
    );
    expect(after.value("opsledger_commands_total", codes)).toBe(before.value("opsledger_commands_total", codes) + 1);
  });

  it("count what is not understood as refused, under no name that a caller made up", async () => {
    await send("{ surprise }");
    await send("this is no operation");
    const after = await read();
    const labels = { operation: "none", field: "none", outcome: "refused" };
    expect(after.value("opsledger_graphql_operations_total", labels)).toBe(2);
    await fetch(`${server.opsledger.http.url}/made-up/${Date.now()}`);
    const unmatched = { method: "GET", route: "unmatched", status: "404" };
    expect((await read()).value("opsledger_http_requests_total", unmatched)).toBe(1);
  });

  it("count requests to DynamoDB by operation and table, with the capacity that each table was charged", async () => {
    await server.declare();
    const after = await read();
    const table = "aegis-incidents+domain-events";
    const write = { operation: "TransactWriteItems", table };
    expect(after.value("opsledger_dynamodb_requests_total", { ...write, error: "" })).toBeGreaterThan(0);
    expect(after.value("opsledger_dynamodb_request_duration_seconds_count", write)).toBeGreaterThan(0);
    for (const table of ["aegis-incidents", "domain-events"]) {
      const labels = { operation: "TransactWriteItems", table };
      expect(after.value("opsledger_dynamodb_consumed_capacity_units_total", labels)).toBeGreaterThan(0);
    }
  });

  it("tell how far feed and processors are, who runs them, and that nothing is left once they have caught up", async () => {
    await server.declare();
    const status = { processor: "feeder", kind: "FEEDER" };
    const leases = async () => (await read()).value("opsledger_lease_held", { lease: "feeder" });
    await until(async () => (await leases()) === 1);
    await until(async () => (await read()).value("opsledger_feed_lag_events") === 0);
    const view = { processor: "event-index", kind: "PROJECTION" };
    await until(async () => (await read()).value("opsledger_processor_holders", view) === 1);
    await until(async () => (await read()).value("opsledger_processor_lag_events", view) === 0);
    const metrics = await read();
    for (const source of ["feed", "processors", "timers"]) {
      expect(metrics.value("opsledger_metrics_source_up", { source }), source).toBe(1);
    }
    expect(metrics.value("opsledger_processor_holders", status)).toBe(1);
    expect(metrics.value("opsledger_feed_lag_seconds")).toBe(0);
    expect(metrics.value("opsledger_processor_dead_letters", view)).toBe(0);
    const done = { processor: "event-index", outcome: "done" };
    expect(metrics.value("opsledger_processor_batches_total", done)).toBeGreaterThan(0);
    expect(metrics.names).toContain("opsledger_timers_due");
  });

  it("tell how long events take into the feed and to a subscriber, and who is there", async () => {
    const { incidentId } = await server.declare();
    const collector = subscribeWs(server.opsledger.http.webSocketUrl, {
      query: `subscription ($id: ID!) { incidentTimeline(incidentId: $id) { position } }`,
      variables: { id: incidentId },
    });
    const subscribers = { field: "incidentTimeline", transport: "websocket" };
    await until(async () => (await read()).value("opsledger_graphql_subscribers", subscribers) === 1);
    expect((await read()).value("opsledger_websocket_connections")).toBe(1);
    await server.comment(incidentId, "hello");
    await collector.next();
    // The time is taken when the message has left, and that may be after it has come.
    const pushed = { field: "incidentTimeline" };
    await until(async () => (await read()).value("opsledger_push_latency_seconds_count", pushed) === 1);
    const live = await read();
    expect(live.value("opsledger_push_latency_seconds_sum", pushed)).toBeLessThan(5);
    expect(live.value("opsledger_feed_delay_seconds_count")).toBeGreaterThan(1);
    expect(live.value("opsledger_feed_running")).toBe(1);
    expect(
      live.value("opsledger_graphql_operations_total", {
        operation: "subscription",
        field: "incidentTimeline",
        outcome: "ok",
      }),
    ).toBe(1);
    await collector.close();
    await until(noSocket(read));
    expect((await read()).value("opsledger_graphql_subscribers", subscribers)).toBe(0);
  });

  it("take what a subscriber missed before it came for no delay", async () => {
    const { incidentId } = await server.declare();
    const { data } = await send(`query ($id: ID!) { incident(id: $id) { position } }`, { id: incidentId });
    const { position } = (data as { incident: { position: string } }).incident;
    await server.comment(incidentId, "missed");
    const count = async () =>
      (await read()).value("opsledger_push_latency_seconds_count", { field: "incidentTimeline" });
    const before = await count();
    const collector = subscribeWs(server.opsledger.http.webSocketUrl, {
      query: `subscription ($id: ID!, $after: String) { incidentTimeline(incidentId: $id, after: $after) { position } }`,
      variables: { id: incidentId, after: position },
    });
    await collector.next();
    await server.comment(incidentId, "live");
    await collector.next();
    await until(async () => (await count()) > before);
    expect(await count()).toBe(before + 1);
    await collector.close();
    await until(noSocket(read));
  });
});

describe("who may read them", () => {
  const started: { close(): Promise<void> }[] = [];
  afterAll(async () => {
    for (const each of started.reverse()) await each.close();
  });
  const start = async (options: { telemetry?: Telemetry; metricsToken?: string; host?: string }) => {
    const telemetry = options.telemetry ?? createTelemetry({ metrics: "on" });
    const server = await startTestServer({ ...options, telemetry });
    started.push(telemetry, server);
    return { url: `http://127.0.0.1:${server.port}/metrics`, server };
  };

  it("anybody on this machine, where the server listens to nobody else", async () => {
    const { url } = await start({});
    expect((await fetch(url)).status).toBe(200);
  });

  it("only who has the token, where one is set", async () => {
    const { url } = await start({ metricsToken: "a-token-of-some-length" });
    const status = async (authorization?: string) =>
      (await fetch(url, { headers: authorization === undefined ? {} : { authorization } })).status;
    expect(await status()).toBe(401);
    expect(await status("Bearer another-token-of-a-length")).toBe(401);
    expect(await status("Basic a-token-of-some-length")).toBe(401);
    expect(await status("bearer a-token-of-some-length")).toBe(200);
    const text = await (await fetch(url, { headers: { authorization: "Bearer a-token-of-some-length" } })).text();
    expect(text).toContain('opsledger_denied_requests_total{reason="METRICS_TOKEN"} 3');
    expect(text).not.toContain("a-token-of-some-length");
  });

  it("nobody without a token, where other machines reach the server", async () => {
    const open = await start({ host: "0.0.0.0" });
    expect((await fetch(open.url)).status).toBe(403);
    const locked = await start({ host: "0.0.0.0", metricsToken: "a-token-of-some-length" });
    const headers = { authorization: "Bearer a-token-of-some-length" };
    expect((await fetch(locked.url, { headers })).status).toBe(200);
  });

  it("nobody, where metrics are off", async () => {
    const { url } = await start({ telemetry: createTelemetry({ metrics: "off" }) });
    expect((await fetch(url)).status).toBe(404);
  });
});
