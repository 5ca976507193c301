/** The examples of examples/, which the documents quote, run as they are against a fresh server. */
import { execFile, spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { Kind, OperationTypeNode, parse, print } from "graphql";
import type { OperationDefinitionNode } from "graphql";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildSchema } from "../src/server/composition.js";
import { park } from "./support/deadLetters.js";
import { post, subscribeWs, until } from "./support/graphql/client.js";
import { startTestOpsledger } from "./support/opsledger.js";
import type { TestOpsledger } from "./support/opsledger.js";
import { says, startSiteServer } from "./support/siteServer.js";
import type { SiteServer } from "./support/siteServer.js";

const examples = join(import.meta.dirname, "..", "examples");

interface Example {
  readonly name: string;
  readonly operation: OperationDefinitionNode;
  readonly query: string;
}

/** Every operation of examples/graphql, by name. */
async function readOperations(): Promise<ReadonlyMap<string, Example>> {
  const folder = join(examples, "graphql");
  const documents = await Promise.all(
    (await readdir(folder)).map(async (file) => parse(await readFile(join(folder, file), "utf8"))),
  );
  const found = documents
    .flatMap(({ definitions }) => definitions)
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => ({ name: operation.name?.value ?? "", operation, query: print(operation) }));
  return new Map(found.map((example) => [example.name, example]));
}

/** The text of a file of examples, spoken to this server and its data. */
async function readExample(test: TestOpsledger, file: string): Promise<string> {
  const text = await readFile(join(examples, file), "utf8");
  return text.replaceAll("http://127.0.0.1:4000/graphql", test.opsledger.http.url).replaceAll(
    // Also /healthz and /readyz.
    "http://127.0.0.1:4000",
    new URL(test.opsledger.http.url).origin,
  );
}

/** Names of the streams of the first two incidents. */
async function twoStreams(test: TestOpsledger): Promise<readonly string[]> {
  const { data } = await post<{ incidents: { nodes: { incidentId: string }[] } }>(test.opsledger.http.url, {
    query: "{ incidents(first: 2) { nodes { incidentId } } }",
  });
  return (data?.incidents.nodes ?? []).map(({ incidentId }) => `Incident-${incidentId}`);
}

const has = (program: string) => spawnSync(program, ["--version"]).status === 0;

describe("the operations of examples/graphql", () => {
  let test: TestOpsledger;
  let operations: ReadonlyMap<string, Example>;
  /** Ids that later operations take from the answers of earlier ones. */
  const ids: Record<string, unknown> = {};
  const ran = new Set<string>();
  beforeAll(async () => {
    test = await startTestOpsledger();
    operations = await readOperations();
  });
  afterAll(() => test.close());

  const example = (name: string): Example => {
    const found = operations.get(name);
    if (found === undefined) throw new Error(`no example is named ${name}`);
    ran.add(name);
    return found;
  };
  const run = async (name: string, variables: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    const { data, errors } = await post(test.opsledger.http.url, {
      query: example(name).query,
      variables,
      headers: { "x-opsledger-actor": "ana" },
    });
    expect(errors).toBeUndefined();
    const [answer] = Object.values(data ?? {});
    if (example(name).operation.operation === OperationTypeNode.MUTATION) expect(answer).toMatchObject({ errors: [] });
    return answer;
  };
  const keep = (name: string, value: unknown) => {
    expect(value).toBeTypeOf("string");
    ids[name] = value;
  };

  it("declare", async () => {
    const declared = await run("DeclareIncident");
    expect(declared).toMatchObject({ incident: { reference: "INC-1", status: "OPEN" } });
    keep("position", (declared as { position: unknown }).position);
    expect(await run("DeclareBackdatedIncident")).toMatchObject({
      incident: { reference: "INC-2", startedAt: "2025-01-15T10:30:00.000Z" },
    });
  });

  it("work", async () => {
    const acknowledged = { incident: { status: "ACKNOWLEDGED", version: 3 } };
    expect(await run("ChangeStatus", { version: 2 })).toMatchObject(acknowledged);
    // The key makes the repeat harmless, though the version it expects is no longer there.
    expect(await run("ChangeStatus", { version: 2 })).toMatchObject(acknowledged);
    expect(await run("ChangeSeverity")).toMatchObject({ incident: { severity: "P0" } });
    expect(await run("EditIncident")).toMatchObject({ incident: { title: "Checkout fails in all regions" } });
    expect(await run("AddService")).toMatchObject({
      incident: { services: ["payment-service", "checkout", "basket"] },
    });
    expect(await run("RemoveService")).toMatchObject({ incident: { services: ["payment-service", "checkout"] } });
    expect(await run("ChangeLabels")).toMatchObject({ incident: { labels: [{ key: "team", value: "payments" }] } });
    expect(await run("Resolve")).toMatchObject({ incident: { status: "RESOLVED" } });
    expect(await run("Reopen")).toMatchObject({ incident: { status: "OPEN" } });
  });

  it("people", async () => {
    const both = [{ personId: "ana" }, { personId: "ben", roles: ["RESPONDER"] }];
    expect(await run("AssignRole")).toMatchObject({ incident: { participants: both } });
    expect(await run("HandOverCommand")).toMatchObject({ incident: { commander: { personId: "ben" } } });
    expect(await run("ReleaseRole")).toMatchObject({
      incident: { participants: [{ personId: "ben", roles: ["COMMANDER"] }] },
    });
  });

  it("timeline", async () => {
    const { comment } = (await run("Comment")) as { comment: { id: unknown } };
    keep("comment", comment.id);
    const first = "The new release is being rolled back.";
    expect(await run("EditComment", ids)).toMatchObject({ comment: { revisions: [{ text: first }] } });
    expect(await run("PromoteComment", ids)).toMatchObject({ entry: { keyMoment: true } });
    expect(await run("DeleteComment", ids)).toMatchObject({ comment: { text: null } });
    const { entry } = (await run("RecordEntry")) as { entry: { id: unknown } };
    keep("entry", entry.id);
    expect(await run("PinEntry", ids)).toMatchObject({ entry: { kind: "ENTRY_PINNED" } });
    expect(await run("UnpinEntry", ids)).toMatchObject({ entry: { kind: "ENTRY_UNPINNED" } });
  });

  it("links", async () => {
    const { incident } = (await run("Link")) as { incident: { links: { linkId: unknown }[] } };
    keep("link", incident.links[0]?.linkId);
    expect(await run("Unlink", ids)).toMatchObject({ incident: { links: [] } });
    expect(await run("Merge")).toMatchObject({ incident: { status: "MERGED", mergedInto: { reference: "INC-1" } } });
    expect(await run("Unmerge")).toMatchObject({ incident: { status: "OPEN" } });
  });

  it("afterwards", async () => {
    await run("AttachSummary");
    const { incident } = (await run("AddFollowUp")) as { incident: { followUps: { followUpId: unknown }[] } };
    expect(incident).toMatchObject({ followUps: [{ dueAt: "2030-01-31T16:00:00.000Z" }] });
    keep("followUp", incident.followUps[0]?.followUpId);
    expect(await run("ChangeFollowUp", ids)).toMatchObject({
      incident: { followUps: [{ owner: "chloe", dueAt: null }] },
    });
    await run("CompleteFollowUp", ids);
    expect(await run("ReopenFollowUp", ids)).toMatchObject({ incident: { followUps: [{ completedAt: null }] } });
    expect(await run("AttachPostmortem")).toMatchObject({ incident: { postmortem: { title: "Checkout outage" } } });
  });

  it("read", async () => {
    expect(await run("Board")).toMatchObject({ nodes: [{ reference: "INC-1" }, { reference: "INC-2" }] });
    expect(await run("FilteredIncidents")).toMatchObject({ nodes: [{ reference: "INC-1" }] });
    expect(await run("Incident")).toMatchObject({ status: "OPEN" });
    expect(await run("ByNumber")).toMatchObject({ title: "Checkout fails in all regions" });
    const timeline = (await run("Timeline")) as { timeline: { nodes: { description: string }[] } };
    expect(timeline.timeline.nodes.map(({ description }) => description)).toContain("Release 41 went out");
    const kinds = ((await run("Records")) as { nodes: { __typename: string }[] }).nodes.map((node) => node.__typename);
    expect(new Set(kinds)).toEqual(new Set([...kinds, "Incident", "Comment", "NoteEntry", "Participant", "Summary"]));
    expect(await run("Node", { id: ids["comment"] })).toMatchObject({ id: ids["comment"] });
  });

  it.each(["FollowTimeline", "FollowIncidents"])("%s replays what came behind a position", async (name) => {
    const followed = subscribeWs(test.opsledger.http.webSocketUrl, {
      query: example(name).query,
      variables: { after: ids["position"] },
    });
    const { data, errors } = await followed.next();
    await followed.close();
    expect(errors).toBeUndefined();
    expect(Object.values(data ?? {})).toMatchObject([{ entry: { description: expect.any(String) as string } }]);
  });

  it("events", async () => {
    const page = (await run("Events")) as { edges: { cursor: string; node: { eventId: string; type: string } }[] };
    const [first] = page.edges;
    expect(first?.node).toMatchObject({
      type: "IncidentDeclared",
      version: 1,
      data: { title: expect.any(String) as string },
    });
    const followed = subscribeWs(test.opsledger.http.webSocketUrl, {
      query: example("FollowEvents").query,
      variables: { after: first?.cursor },
    });
    const { data, errors } = await followed.next();
    await followed.close();
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ events: { event: { type: "IncidentStatusChanged" } } });
    expect(await run("Why", { eventId: first?.node.eventId })).toMatchObject({ causes: [], complete: true });
  });

  it("history", async () => {
    expect(await run("IncidentThen")).toMatchObject({ version: 2, status: "OPEN" });
    expect(await run("IncidentHistory")).toMatchObject({ fromVersion: 2, before: { status: "OPEN" } });
  });

  it("projects", async () => {
    expect(await run("SetProjectSettings")).toMatchObject({ project: { settings: { policy: { maxCount: 10 } } } });
    // Whatever time it is, this test is not in the example's quiet hours.
    await post(test.opsledger.http.url, {
      query: `mutation { setProjectSettings(input: { project: "inventory", policy: { maxCount: 10 } }) { position } }`,
    });
    const { rule } = (await run("AddAssignmentRule")) as { rule: { ruleId: unknown } };
    keep("rule", rule.ruleId);
    expect(await run("AssignmentRules")).toMatchObject({ version: 1, nodes: [{ pattern: "acme/inventory-*" }] });
    const first = (await run("IngestProjectEvent")) as { projectEvent: { id: unknown }; position: unknown };
    keep("projectPosition", first.position);
    expect(await run("IngestProjectEvent")).toMatchObject({ repeated: true, projectEvent: first.projectEvent });
    const { results } = (await run("IngestProjectEvents")) as {
      results: { projectEvent: { projectEventId: unknown } }[];
    };
    expect(results).toMatchObject(
      ["inventory", "inventory", "inventroy"].map((name) => ({ errors: [], projectEvent: { project: { name } } })),
    );
    keep("event", results[2]?.projectEvent.projectEventId);
    expect(await run("ReassignProjectEvent", ids)).toMatchObject({ projectEvent: { project: { name: "inventory" } } });
    const openBatch = async () => ((await run("OpenBatch")) as { openBatch: { count: number } }).openBatch;
    await until(async () => (await openBatch()).count === 4);
    expect(await openBatch()).toMatchObject({
      dueTrigger: "AGE",
      preview: { achievements: [{ text: expect.stringContaining("#42") as string }] },
    });
    expect(await run("BacktestBatchPolicy")).toMatchObject({ events: 4, complete: true, batchCount: 2, waiting: 0 });
    const { batches } = (await run("FlushBatch")) as { batches: { batchId: unknown }[] };
    expect(batches).toMatchObject([{ eventCount: 4 }]);
    keep("batch", batches[0]?.batchId);
    await until(async () => ((await run("Batch", ids)) as { status: string }).status === "POSTED");
    expect(await run("Batch", ids)).toMatchObject({
      trigger: "FLUSH",
      summary: { modelUsed: "deterministic-v1", stats: { events: 4 } },
      post: { notifier: "console", error: null },
    });
    expect(await run("Batches")).toMatchObject({ nodes: [{ batchId: ids["batch"] }] });
    expect(await run("RegenerateSummary", ids)).toMatchObject({ batch: { summaryPending: true } });
    // It is posted: there is nothing to try again.
    const { data } = await post<{ retryBatchPost: object }>(test.opsledger.http.url, {
      query: example("RetryBatchPost").query,
      variables: ids,
    });
    expect(data?.retryBatchPost).toMatchObject({ errors: [{ code: "INVALID_TRANSITION", from: "POSTED" }] });
    expect(await run("ProjectEvents")).toMatchObject({ nodes: [{ processed: true }, {}, {}] });
    expect(await run("ProjectEvent", ids)).toMatchObject({ batch: { batchId: ids["batch"] } });
    expect(await run("RemoveAssignmentRule", ids)).toMatchObject({ version: 2 });
    await until(async () => ((await run("Project")) as { activity: { events: number } }).activity.events === 4);
    expect(await run("Project")).toMatchObject({ activity: { batches: 1 } });
    expect(await run("Projects")).toMatchObject({ nodes: [{ name: "inventory" }, { name: "inventroy" }] });
  });

  it.each(["FollowProject", "FollowBatches"])("%s replays what came behind a position", async (name) => {
    const followed = subscribeWs(test.opsledger.http.webSocketUrl, {
      query: example(name).query,
      variables: { after: ids["projectPosition"] },
    });
    const { data, errors } = await followed.next();
    await followed.close();
    expect(errors).toBeUndefined();
    expect(Object.values(data ?? {})).toMatchObject([{ change: expect.any(String) as string }]);
  });

  it("metrics", async () => {
    expect(await run("DefineEntityType")).toMatchObject({ catalog: { version: 1 } });
    expect(await run("DefineActivityKind")).toMatchObject({
      catalog: { metrics: expect.arrayContaining(["homeworks_7d", "homeworks_14d"]) as unknown },
    });
    const first = (await run("RecordActivity")) as { activityId: unknown; position: unknown };
    expect(first).toMatchObject({ repeated: false, entity: { entityType: "student", metrics: { sessions7d: 1 } } });
    keep("factPosition", first.position);
    expect(await run("RecordActivity")).toMatchObject({ repeated: true, activityId: first.activityId });
    const none: unknown[] = [];
    expect(await run("RecordActivities")).toMatchObject({
      results: [
        { errors: none, entity: { entityId: "stu_4532" } },
        { errors: none },
        { errors: [{ code: "VALIDATION", path: ["activities", "2", "value"] }] },
        { errors: none, entity: { entityId: "tut_7" } },
      ],
    });
    // 100 * (0.35 * 1/8 + 0.35 * 4.5/5 + 0.3 * 7/8)
    expect(await run("Entity")).toMatchObject({ healthScore: 62, activities: { nodes: [{}, {}, {}] } });
    expect(await run("Metrics")).toMatchObject({ sessions7d: 1, ibCalls7d: 1, avgRating: 4.5, healthScore: 62 });
    expect(await run("Metrics", { asOf: "2025-01-15T10:30:00Z" })).toBeNull();
    expect(await run("MetricsHistory")).toMatchObject({ nodes: none });
    // The list goes by an index.
    await until(async () => ((await run("Entities")) as { nodes: unknown[] }).nodes.length === 1);
    expect(await run("Entities")).toMatchObject({ nodes: [{ entityId: "stu_4532", healthScore: 62 }] });
    expect(await run("InsightsCatalog")).toMatchObject({ version: 2 });
    expect(await run("HealthFormulas")).toMatchObject({ active: { formulaVersion: 1 }, version: 0 });
    expect(await run("BacktestHealthFormula")).toMatchObject({ entityCount: 1 });
    const added = (await run("AddHealthFormula")) as { formulaVersion: number };
    expect(added).toMatchObject({ formulaVersion: 2, formulas: { active: { formulaVersion: 1 } } });
    const activated = await run("ActivateHealthFormula", { formula: added.formulaVersion });
    expect(activated).toMatchObject({ formulas: { active: { formulaVersion: 2 } } });
  });

  it("insights", async () => {
    expect(await run("BacktestInsightRule")).toMatchObject({ entityCount: 1 });
    expect(await run("CreateInsightRule")).toMatchObject({ rule: { enabled: false, version: 1 } });
    expect(await run("ChangeInsightRule", { version: 1 })).toMatchObject({ rule: { revision: 2 } });
    const { position } = (await run("EnableInsightRule")) as { position: string };
    const raised = subscribeWs(test.opsledger.http.webSocketUrl, {
      query: example("FollowRaisedInsights").query,
      variables: { after: position },
    });
    const { data } = await raised.next();
    await raised.close();
    const { insight: low } = (data as { insightRaised: { insight: { alertId: unknown } } }).insightRaised;
    expect(low).toMatchObject({ predictionType: "low_student_health", entityId: "stu_4532" });
    keep("other", low.alertId);
    const churn = (await run("RaiseInsight")) as { insight: { alertId: unknown }; position: unknown };
    expect(churn).toMatchObject({ raised: true, insight: { status: "OPEN" } });
    keep("insight", churn.insight.alertId);
    keep("insightPosition", churn.position);
    expect(await run("AcknowledgeInsight", ids)).toMatchObject({ insight: { acknowledged: { by: "ana" } } });
    expect(await run("SnoozeInsight", ids)).toMatchObject({ insight: { snoozedUntil: "2099-01-01T00:00:00.000Z" } });
    const { data: found } = await post<{ insight: { recommendations: { recommendationId: unknown }[] } }>(
      test.opsledger.http.url,
      {
        query: "query ($insight: ID!) { insight(id: $insight) { recommendations { recommendationId } } }",
        variables: ids,
      },
    );
    keep("recommendation", found?.insight.recommendations[0]?.recommendationId);
    expect(await run("MarkInsightRecommendation", ids)).toMatchObject({
      insight: { recommendations: [{ done: { by: "ana" } }, { done: null }] },
    });
    expect(await run("LinkInsightToIncident", ids)).toMatchObject({
      insight: {
        incident: { reference: "INC-1", links: [{ kind: "INSIGHT", insight: { alertId: churn.insight.alertId } }] },
      },
    });
    expect(await run("GiveInsightFeedback", ids)).toMatchObject({ insight: { feedback: [{ useful: true }] } });
    expect(await run("ResolveInsight", ids)).toMatchObject({ insight: { resolved: { cause: "USER", by: "ana" } } });
    const dismissal = (await run("DismissInsight", ids)) as { position: unknown };
    expect(dismissal).toMatchObject({ insight: { status: "DISMISSED" } });
    const { history } = (await run("Insight", ids)) as { history: { nodes: { change: string }[] } };
    expect(history.nodes.map(({ change }) => change)).toEqual(expect.arrayContaining(["RAISED", "RESOLVED"]));
    await until(async () => ((await run("Insights")) as { nodes: unknown[] }).nodes.length === 1);
    expect(await run("Insights")).toMatchObject({ nodes: [{ alertId: ids["insight"], status: "RESOLVED" }] });
    await run("DisableInsightRule");
    // Of the insight, not of the rule: what two streams say may be fed together, and a position covers its own only.
    expect(await run("InsightRule", { atLeast: dismissal.position })).toMatchObject({
      enabled: false,
      performance: { raised: 1, dismissed: 1, precision: null },
    });
    expect(await run("InsightRules")).toMatchObject({ nodes: [{ ruleId: "low_student_health" }] });
    const { silenceId } = (await run("SilenceInsightRule")) as { silenceId: unknown };
    keep("silence", silenceId);
    expect(await run("UnsilenceInsightRule", ids)).toMatchObject({ rule: { silences: [] } });
  });

  it("FollowMetrics replays what came behind a position", async () => {
    const followed = subscribeWs(test.opsledger.http.webSocketUrl, {
      query: example("FollowMetrics").query,
      variables: { after: ids["factPosition"] },
    });
    const { data, errors } = await followed.next();
    await followed.close();
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ metricsChanged: { entityId: "stu_4532", cause: "ACTIVITY" } });
  });

  it("FollowInsights replays what came behind a position", async () => {
    const followed = subscribeWs(test.opsledger.http.webSocketUrl, {
      query: example("FollowInsights").query,
      variables: { after: ids["insightPosition"] },
    });
    const { data, errors } = await followed.next();
    await followed.close();
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ insightChanged: { change: expect.any(String) as string } });
  });

  it("research", async () => {
    expect(await run("SetResearchLimit")).toMatchObject({ limit: { maxRunning: 5, running: 0, version: 1 } });
    const submitted = (await run("SubmitRequest")) as { request: { requestId: unknown }; position: unknown };
    expect(submitted).toMatchObject({ existing: false, request: { status: "PENDING" } });
    expect(await run("SubmitRequest")).toMatchObject({ existing: true, request: submitted.request });
    keep("request", submitted.request.requestId);
    keep("requestPosition", submitted.position);
    // The list goes by an index.
    await until(async () => ((await run("Requests")) as { nodes: unknown[] }).nodes.length === 1);
    expect(await run("PrioritiseRequest", { ...ids, version: 1 })).toMatchObject({ request: { priority: "LOW" } });
    expect(await run("CancelRequest", ids)).toMatchObject({ request: { status: "CANCELLED" } });
    expect(await run("RetryRequest", ids)).toMatchObject({ request: { status: "PENDING" } });

    const claim = async () => {
      const { claimed } = (await run("ClaimRequests")) as { claimed: { leaseToken: number }[] };
      expect(claimed).toMatchObject([{ request: { requestId: ids["request"] } }]);
      return { ...ids, token: claimed[0]?.leaseToken };
    };
    const first = await claim();
    expect(await run("ResearchLimit")).toMatchObject({ running: 1 });
    expect(await run("ReleaseRequest", first)).toMatchObject({ request: { status: "PENDING" } });
    const second = await claim();
    expect(await run("FailRequest", second)).toMatchObject({ request: { status: "PENDING", failures: 1 } });
    // It waits for its next attempt: somebody who cannot wait has it begin anew.
    await run("CancelRequest", ids);
    await run("RetryRequest", ids);
    const third = await claim();
    expect(await run("StartRequest", third)).toMatchObject({ request: { status: "EXECUTING" } });
    expect(await run("HeartbeatRequest", third)).toMatchObject({ cancelRequested: false });
    await run("AppendRequestLogs", third);
    await run("AddRequestItems", third);
    expect(await run("AddedItems", ids)).toMatchObject([{ itemId: "fda-1" }]);
    expect(await run("CompleteRequest", third)).toMatchObject({ request: { status: "COMPLETED" } });
    // Once more, as if the answer had been lost.
    const completed = (await run("CompleteRequest", third)) as { request: { results: { reportPath: unknown } } };
    keep("report", completed.request.results.reportPath);
    expect(await run("Request", ids)).toMatchObject({
      status: "COMPLETED",
      lease: null,
      progress: { percentage: 100 },
      results: { successRate: 80, items: { nodes: [{ itemId: "fda-1" }] } },
    });
    const stats = async () => (await run("QueueStats")) as { strategy: string; completed: number }[];
    await until(async () =>
      (await stats()).some(({ strategy, completed: done }) => strategy === "TABLE" && done === 1),
    );
    expect(await stats()).toMatchObject([{ depth: null }, { depth: { waiting: 0, inFlight: 0 } }]);
  });

  it.each(["FollowRequest", "FollowRequests", "FollowAvailable"])(
    "%s replays what came behind a position",
    async (name) => {
      const followed = subscribeWs(test.opsledger.http.webSocketUrl, {
        query: example(name).query,
        variables: { after: ids["requestPosition"], request: ids["request"] },
      });
      const { data, errors } = await followed.next();
      await followed.close();
      expect(errors).toBeUndefined();
      expect(Object.values(data ?? {})).toMatchObject([{ position: expect.any(String) as string }]);
    },
  );

  it("integrations", async () => {
    const services = (await run("IntegrationServices")) as { type: string }[];
    expect(services.map(({ type }) => type)).toContain("gmail");
    const connected = (await run("ConnectIntegration")) as { webhookSecret: unknown; position: unknown };
    expect(connected).toMatchObject({
      webhookSecret: expect.stringMatching(/^whsec_/) as string,
      session: { sessionId: "user123#gmail", webhook: { masked: "https://hooks.example.org/***" }, version: 1 },
    });
    keep("sessionPosition", connected.position);
    // The key makes the repeat harmless.
    expect(await run("ConnectIntegration")).toMatchObject({ webhookSecret: connected.webhookSecret });
    expect(await run("IntegrationSession")).toMatchObject({ status: "ACTIVE", pollHistory: { nodes: [] } });
    // The list goes by an index.
    await until(async () => ((await run("IntegrationSessions")) as { nodes: unknown[] }).nodes.length === 1);
    expect(await run("PollHistory")).toMatchObject({ nodes: [] });
    expect(await run("IntegrationHealth", { atLeast: ids["sessionPosition"] })).toMatchObject({
      services: [{ serviceType: "gmail" }],
      overdue: { sessions: expect.any(Number) as number },
    });
    expect(await run("PauseIntegration", { version: 1 })).toMatchObject({ session: { status: "PAUSED", version: 2 } });
    expect(await run("ResumeIntegration")).toMatchObject({ session: { status: "ACTIVE" } });
    expect(await run("ChangePollingInterval")).toMatchObject({ session: { pollingIntervalMs: 60_000 } });
    expect(await run("ChangeIntegrationWebhook")).toMatchObject({ session: { webhook: { keyVersion: 2 } } });
    await run("PollIntegration");
    expect(await run("ReauthorizeIntegration")).toMatchObject({ session: { credentialRef: "user123/gmail-2025" } });
    for (const name of ["RedeliverItems", "DiscardItems"]) {
      const { data } = await post(test.opsledger.http.url, {
        query: example(name).query,
        variables: { deadLetter: "0".repeat(32) },
      });
      // Nothing was refused by the webhook yet.
      expect(Object.values(data ?? {})).toMatchObject([{ errors: [{ code: "NOT_FOUND", path: ["deadLetterId"] }] }]);
    }
    expect(await run("DisableIntegration")).toMatchObject({ session: { status: "DISABLED" } });
    expect(await run("DisconnectIntegration")).toMatchObject({ session: { serviceState: {}, webhook: null } });
    expect(await run("ConnectFeed")).toMatchObject({ session: { sessionId: "user123#http", status: "ACTIVE" } });
  });

  it("FollowSessions replays what came behind a position", async () => {
    const followed = subscribeWs(test.opsledger.http.webSocketUrl, {
      query: example("FollowSessions").query,
      variables: { after: ids["sessionPosition"] },
    });
    const { data, errors } = await followed.next();
    await followed.close();
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ integrationSessionChanged: { sessionId: "user123#gmail", change: "PAUSED" } });
  });

  it("operate", async () => {
    const processors = (await run("Processors")) as { name: string }[];
    expect(processors.map(({ name }) => name)).toContain("event-index");
    const streamIds = await twoStreams(test);
    for (const streamId of streamIds) await park(test, "event-index", streamId);
    await test.restart();
    const [retried, skipped] = streamIds;
    expect(await run("DeadLetters", { processor: "event-index" })).toMatchObject({
      nodes: [{ version: 1 }, { version: 1 }],
    });
    await run("RetryDeadLetter", { processor: "event-index", streamId: retried });
    await run("SkipDeadLetter", { processor: "event-index", streamId: skipped, version: 1 });
    await until(async () => ((await run("DeadLetters")) as { nodes: unknown[] }).nodes.length === 0);
  });

  it("archive", async () => {
    const { incidentId } = await test.declare({ title: "Old" });
    await test.changeStatus(incidentId, "CANCELLED");
    await until(async () => {
      await test.opsledger.ledger.archiver.run({ olderThanDays: 0 });
      return ((await run("ArchivedIncidents")) as { nodes: unknown[] }).nodes.length > 0;
    });
    const named = { incident: incidentId };
    expect(await run("ArchivedIncident", named)).toMatchObject({ archivedAt: expect.any(String) as string });
    expect(await run("RestoreIncident", named)).toMatchObject({ incident: { archivedAt: null } });
  });

  it("are all run by the tests above, and show every field of the schema's roots", () => {
    expect([...operations.keys()].sort()).toEqual([...ran].sort());
    const shown = new Set(
      [...operations.values()].flatMap(({ operation }) =>
        operation.selectionSet.selections.flatMap((field) =>
          field.kind === Kind.FIELD ? [`${operation.operation}.${field.name.value}`] : [],
        ),
      ),
    );
    const schema = buildSchema();
    const fields = Object.values(OperationTypeNode).flatMap((kind) =>
      Object.keys(schema.getRootType(kind)?.getFields() ?? {}).map((name) => `${kind}.${name}`),
    );
    expect([...shown].sort()).toEqual(fields.sort());
  });
});

// The product needs no curl; in CI it must be there, so that these are not left out unnoticed.
describe.skipIf(!has("curl") && process.env["CI"] !== "true")("the commands of examples/curl", () => {
  let test: TestOpsledger;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    test = await startTestOpsledger();
  });
  afterEach(() => stopAll(running));
  afterAll(() => test.close());

  const curl = async (file: string): Promise<string> => {
    const { stdout } = await promisify(execFile)("sh", ["-c", await readExample(test, `curl/${file}`)]);
    return stdout;
  };
  const answer = async (file: string): Promise<unknown> => JSON.parse(await curl(file));
  const follow = async (file: string, environment: NodeJS.ProcessEnv = {}) => {
    const child = spawn("sh", ["-c", `exec ${await readExample(test, `curl/${file}`)}`], {
      env: { ...process.env, ...environment },
    });
    running.push(child);
    return outputOf(child);
  };

  it("say whether the server lives and is ready", async () => {
    expect(await curl("health.sh")).toBe('{"status":"ok"}{"ready":true,"checks":{"feed":"running"}}');
  });

  it("declare, change, and show how a refusal looks", async () => {
    expect(await answer("declare.sh")).toMatchObject({ data: { declareIncident: { errors: [] } } });
    expect(await answer("change-status.sh")).toMatchObject({
      data: { changeIncidentStatus: { incident: { reference: "INC-1", status: "ACKNOWLEDGED" }, errors: [] } },
    });
    expect(await answer("refused.sh")).toEqual(JSON.parse(await readFile(join(examples, "curl/refused.json"), "utf8")));
  });

  it("show how a query is refused", async () => {
    expect(await answer("bad-query.sh")).toEqual(
      JSON.parse(await readFile(join(examples, "curl/bad-query.json"), "utf8")),
    );
  });

  it("declare once, however often they are repeated with a key", async () => {
    const first = await answer("repeat.sh");
    expect(first).toMatchObject({ data: { declareIncident: { incident: { reference: "INC-2" }, errors: [] } } });
    expect(await answer("repeat.sh")).toEqual(first);
  });

  it("record a fact, and show what is measured by it", async () => {
    // 100 * (0.35 * 0 + 0.35 * 4.5/5 + 0.3 * 1)
    expect(await answer("record.sh")).toMatchObject({
      data: { recordActivity: { entity: { healthScore: 62, metrics: { avgRating: 4.5 } }, errors: [] } },
    });
  });

  it("submit a request, once for a key as long as it is not over, and follow it", async () => {
    const submitted = (await answer("submit.sh")) as {
      data: { submitRequest: { request: { requestId: string }; existing: boolean; errors: unknown[] } };
    };
    const { request, ...outcome } = submitted.data.submitRequest;
    expect(outcome).toEqual({ existing: false, errors: [] });
    expect(await answer("submit.sh")).toMatchObject({ data: { submitRequest: { request, existing: true } } });
    const followed = await follow("follow-request.sh", { REQUEST_ID: request.requestId });
    // Nothing says when the subscription stands, so something happens until it is told.
    const priorities = ["LOW", "HIGH"];
    await until(async () => {
      const input = { requestId: request.requestId, priority: priorities.reverse()[0] };
      await post(test.opsledger.http.url, { query: prioritise, variables: { input } });
      return followed().includes('"change":"PRIORITISED"');
    });
  });

  it("ask by GET", async () => {
    // The view is fed from the change feed, a moment behind.
    await expect
      .poll(() => answer("get.sh"), { timeout: 10_000 })
      .toMatchObject({ data: { incidentCounts: expect.arrayContaining([{ status: "OPEN", count: 1 }]) as unknown } });
  });

  it("follow an incident, and go on behind the last event that was seen", async () => {
    const followed = await follow("follow.sh");
    // Nothing says when the subscription stands, so something happens until it is told.
    await until(async () => {
      await test.comment("INC-1", "Still looking");
      return followed().includes("event: next");
    });
    const id = /^id: (.*)$/m.exec(followed())?.[1] ?? "";
    await test.comment("INC-1", "Found it");
    const resumed = await follow("resume.sh", { LAST_EVENT_ID: id });
    await until(() => resumed().includes("event: next"));
    expect(resumed()).not.toContain(id);
  });
});

describe("the programs of examples/node", () => {
  let test: TestOpsledger;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    // A port that stays the same when the server is started again.
    test = await startTestOpsledger({ PORT: String(await freePort()) });
    await test.declare({ title: "Payments fail" });
  });
  afterEach(() => stopAll(running));
  afterAll(() => test.close());

  const start = (file: string, ...args: string[]) => {
    const child = spawn(process.execPath, [join(examples, "node", file), ...args], {
      env: { ...process.env, OPSLEDGER_URL: test.opsledger.http.url, DATA_DIR: test.dataDir },
    });
    running.push(child);
    return { child, output: outputOf(child) };
  };

  it("query the tables with the AWS SDK", async () => {
    const { child, output } = start("query-tables.mjs");
    await once(child, "close");
    expect(output()).toBe("INC-1 P1 Payments fail\n");
  });

  it("follow an incident over WebSocket, through a restart of the server, each entry once", async () => {
    const { output } = start("follow-websocket.mjs", "INC-1");
    const lines = () =>
      output()
        .split("\n")
        .filter((line) => line.includes("Status changed"));
    await until(async () => {
      await test.comment("INC-1", "Still looking");
      return output().includes("Commented");
    });
    await test.changeStatus("INC-1", "ACKNOWLEDGED");
    await until(() => lines().length === 1);
    await test.restart();
    await test.changeStatus("INC-1", "INVESTIGATING");
    await until(() => lines().length === 2);
    expect(lines().map((line) => line.replace(/^\S+ /, ""))).toEqual([
      "Status changed from OPEN to ACKNOWLEDGED",
      "Status changed from ACKNOWLEDGED to INVESTIGATING",
    ]);
  });

  it("follow the incidents of a service over SSE", async () => {
    const { output } = start("follow-sse.mjs", "payment-service");
    await until(async () => {
      await test.comment("INC-1", "Still looking");
      return output().includes("INC-1 P1 INVESTIGATING Commented");
    });
  });

  it.skipIf(!has("aws"))("and the AWS CLI queries them too, where it is installed", async () => {
    const script = (await readExample(test, "aws/query-tables.sh")).replace(".data/", `${test.dataDir}/`);
    const { stdout } = await promisify(execFile)("sh", ["-c", script.replace("STATUS#OPEN", "STATUS#INVESTIGATING")]);
    expect(JSON.parse(stdout)).toMatchObject({ Items: [{ title: { S: "Payments fail" } }] });
  });
});

const prioritise = `mutation ($input: PrioritiseRequestInput!) { prioritiseRequest(input: $input) { errors { message } } }`;

describe("the worker of examples/node", () => {
  let test: TestOpsledger;
  let site: SiteServer;
  const running: ChildProcess[] = [];
  beforeAll(async () => {
    site = await startSiteServer();
    test = await startTestOpsledger({ RESEARCH_ALLOWED_HOSTS: site.host });
    site.serve("/both", says("<title>Both</title><p>Semaglutide and <b>obesity</b>.</p>"));
    site.serve("/neither", says("<title>Neither</title><p>The weather.</p>"));
    site.serve("/broken", says("", {}, 500));
  });
  afterEach(() => stopAll(running));
  afterAll(async () => {
    await test.close();
    await site.close();
  });

  const start = (name: string) => {
    const child = spawn(process.execPath, [join(examples, "node", "worker.mjs"), name], {
      env: { ...process.env, OPSLEDGER_URL: test.opsledger.http.url, LEASE_SECONDS: "5" },
    });
    running.push(child);
    return { child, output: outputOf(child) };
  };
  const ask = async <Data>(query: string, input: object): Promise<Data> => {
    const { data } = await post<Data>(test.opsledger.http.url, { query, variables: { input } });
    if (data == null) throw new Error("no data in the answer");
    return data;
  };
  const submit = async (...paths: string[]): Promise<string> => {
    const sources = paths.map((path) => ({ name: path, baseUrl: `${site.url}${path}`, sourceType: "CLINICAL" }));
    const { submitRequest } = await ask<{ submitRequest: { request: { requestId: string } } }>(
      `mutation ($input: SubmitRequestInput!) { submitRequest(input: $input) { request { requestId } } }`,
      { projectId: "atlas", requestType: "scan", config: { keywords: ["semaglutide", "obesity"], sources } },
    );
    return submitRequest.request.requestId;
  };
  const read = async (requestId: string) => {
    const { data } = await post<{ request: WorkedOn }>(test.opsledger.http.url, {
      query: `query ($id: ID!) { request(id: $id) { status failures stalls warnings { message }
        results { executiveSummary totalContentItems contentExtracted keyFindings { text citations } } } }`,
      variables: { id: requestId },
    });
    return data?.request;
  };
  /** Nobody who asks there is answered. */
  const hang = (path: string) => site.serve(path, () => undefined);
  const patience = 30_000;
  const saying = (output: () => string, text: string) => until(() => output().includes(text), patience);

  it("completes a request with what it could read", async () => {
    const requestId = await submit("/both", "/neither", "/broken");
    const { output } = start("reader");
    await saying(output, `${requestId} completed`);
    expect(await read(requestId)).toMatchObject({
      status: "COMPLETED",
      warnings: [{ message: `${site.url}/broken answered 500` }],
      results: {
        totalContentItems: 1,
        contentExtracted: 2,
        keyFindings: [{ text: "Both: semaglutide, obesity", citations: ["item-1"] }],
      },
    });
  }, 40_000);

  it("fails the attempt where nothing could be read", async () => {
    const requestId = await submit("/broken");
    const { output } = start("unlucky");
    await saying(output, `${requestId} failed: no source could be read`);
    expect(await read(requestId)).toMatchObject({ failures: 1 });
    await post(test.opsledger.http.url, { query: cancel, variables: { input: { requestId } } });
  }, 40_000);

  it("gives its request back when it must stop, and another one goes on where it was", async () => {
    const page = says("<title>Page</title><p>Semaglutide, obesity</p>");
    site.serve("/first", page);
    hang("/second");
    const requestId = await submit("/first", "/second");
    const { child, output } = start("leaving");
    await until(() => site.count("/second") === 1, patience);
    child.kill("SIGTERM");
    await once(child, "close");
    expect(output()).toContain(`${requestId} released`);
    expect(await read(requestId)).toMatchObject({ status: "PENDING", failures: 0, stalls: 0 });
    site.serve("/second", page);
    const { output: next } = start("following");
    await saying(next, `${requestId} completed`);
    expect(await read(requestId)).toMatchObject({ status: "COMPLETED", results: { totalContentItems: 2 } });
    expect(site.count("/first")).toBe(1);
  }, 40_000);

  it("stops where somebody does not want the request any more", async () => {
    hang("/unwanted");
    const requestId = await submit("/unwanted");
    const { output } = start("obedient");
    await until(() => site.count("/unwanted") === 1, patience);
    await post(test.opsledger.http.url, { query: cancel, variables: { input: { requestId } } });
    await saying(output, `${requestId} released`);
    expect(await read(requestId)).toMatchObject({ status: "CANCELLED" });
  }, 40_000);

  it("stops where the request is not its own any more", async () => {
    hang("/lost");
    const requestId = await submit("/lost");
    const { child, output } = start("sleeping");
    await until(() => site.count("/lost") === 1, patience);
    child.kill("SIGSTOP");
    await until(async () => (await read(requestId))?.stalls === 1, patience);
    await post(test.opsledger.http.url, { query: cancel, variables: { input: { requestId } } });
    child.kill("SIGCONT");
    await saying(output, `${requestId} lost`);
    expect(output()).not.toContain("released");
  }, 60_000);
});

interface WorkedOn {
  readonly status: string;
  readonly failures: number;
  readonly stalls: number;
  readonly warnings: readonly { readonly message: string }[];
  readonly results: object | null;
}

const cancel = `mutation ($input: CancelRequestInput!) { cancelRequest(input: $input) { errors { message } } }`;

/** What a program has written so far, both ways. */
function outputOf(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return () => text;
}

async function stopAll(running: ChildProcess[]): Promise<void> {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill();
    await once(child, "close");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A TCP server has an address of this kind while it listens.
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
