/** Webhooks through the whole server and the real engine: a burst loses nothing, and a repeat changes nothing. */
import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProjectEvent } from "../../../src/domain/projects/index.js";
import type { Request } from "../../../src/domain/kernel/request.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { readMetrics } from "../../support/metrics.js";
import { readFixture } from "../../adapters/webhooks/support.js";
import { deliver, webhookEnvironment } from "./support.js";

let test: TestOpsledger;
let origin: string;
beforeAll(async () => {
  test = await startTestOpsledger(webhookEnvironment);
  origin = new URL(test.opsledger.http.url).origin;
});
afterAll(() => test.close());

const operator: Request = { actor: { kind: "USER", id: "ana" }, scope: "all", correlationId: "webhooks-test" };
const assign = (pattern: string, project: string) =>
  test.opsledger.ledger.projects.addRule({ source: "GITHUB", field: "REPOSITORY", pattern, project }, operator);

/** All events of a project in the order of their receipt. */
async function eventsOf(project: string): Promise<ProjectEvent[]> {
  const events: ProjectEvent[] = [];
  let after: string | undefined;
  do {
    const page = await test.opsledger.ledger.projectViews.listProjectEvents({
      filter: { project },
      order: "OLDEST_FIRST",
      first: 100,
      after,
    });
    events.push(...page.rows.map(({ row }) => row));
    after = page.hasMore ? page.rows.at(-1)?.cursor : undefined;
  } while (after !== undefined);
  return events;
}

const has = (program: string) => spawnSync(program, ["version"]).error === undefined;
const statusIn = (body: unknown) => (body as { status?: string }).status;
const idIn = (body: unknown) => (body as { projectEventId?: string }).projectEventId;

describe("a delivery", () => {
  it("becomes an event of the project that its repository is assigned to", async () => {
    await assign("redline-wholesale/inventory-api", "redline-wholesale");
    const { payload } = readFixture("github", "pull-request-merged");
    const answer = await deliver(origin, "github", payload, { event: "pull_request", deliveryId: "gh-1" });
    expect(answer).toMatchObject({ status: 202, body: { status: "accepted" } });
    const [event] = await eventsOf("redline-wholesale");
    expect(event).toMatchObject({
      projectEventId: idIn(answer.body),
      source: "GITHUB",
      deliveryId: "gh-1",
      kind: "PULL_REQUEST_MERGED",
      title: "Merged #42: Add inventory tracking feature",
      occurredAt: "2025-06-02T13:36:59.000Z",
      verification: { scheme: "GITHUB_SHA256", secret: "CURRENT" },
      eventData: { pull_request: { number: 42 } },
    });
  });

  it("that comes again, also with others at the same time, has no second effect (defect P4)", async () => {
    await assign("redline-wholesale/once", "once");
    const body = { action: "created", repository: { full_name: "redline-wholesale/once" } };
    const again = () => deliver(origin, "github", body, { deliveryId: "gh-once" });
    const answers = [...(await Promise.all(Array.from({ length: 12 }, again))), await again()];
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(answers.filter(({ body: answer }) => statusIn(answer) === "accepted")).toHaveLength(1);
    expect(new Set(answers.map(({ body: answer }) => idIn(answer))).size).toBe(1);
    expect(await eventsOf("once")).toHaveLength(1);
  });

  it("that somebody has recorded is the same under any id and any name (defect P4)", async () => {
    await assign("redline-wholesale/replayed", "replayed");
    const body = { action: "created", repository: { full_name: "redline-wholesale/replayed" } };
    const first = await deliver(origin, "github", body, { deliveryId: "recorded" });
    for (const signing of [{ deliveryId: "other" }, { deliveryId: "third", event: "push" }]) {
      expect(await deliver(origin, "github", body, signing)).toMatchObject({
        body: { status: "repeated", projectEventId: idIn(first.body) },
      });
    }
    expect(await eventsOf("replayed")).toMatchObject([{ deliveryId: "recorded" }]);
  });

  it.skipIf(!has("curl") || !has("openssl"))("is signed and sent by curl as examples/webhooks shows it", async () => {
    const script = await readFile(join(import.meta.dirname, "../../../examples/webhooks/github.sh"), "utf8");
    const run = async () => {
      const command = ["-c", script.replaceAll("http://127.0.0.1:4000", origin)];
      const { stdout } = await promisify(execFile)("sh", command, { env: { ...process.env, ...webhookEnvironment } });
      return JSON.parse(stdout) as unknown;
    };
    const first = await run();
    expect(first).toMatchObject({ status: "accepted" });
    expect(await run()).toEqual({ status: "repeated", projectEventId: idIn(first) });
  });

  it("costs one request to DynamoDB", async () => {
    // Rules and settings are read once in a while.
    await deliver(origin, "github", { is: "warm" }, { deliveryId: "warm" });
    test.counted();
    await deliver(origin, "github", { is: "counted" }, { deliveryId: "counted" });
    expect(test.counted().map(({ operation }) => operation)).toEqual(["TransactWriteItems"]);
  });

  it("is taken whatever its JSON is", async () => {
    let count = 0;
    const odd = fc.oneof(
      fc.json(),
      fc.constantFrom(
        '{"a":1e400}',
        '"\\ud800"',
        '{"__proto__":{"a":1}}',
        '{"":{"":""}}',
        '{"constructor":1}',
        '{"a":[{"constructor":{"name":"Set"}}]}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(odd, async (text) => {
        count += 1;
        // A body of its own each time: it is what makes a delivery another one.
        const answer = await deliver(origin, "github", `{"n":${count},"odd":${text}}`, { deliveryId: `odd-${count}` });
        expect(answer).toMatchObject({ status: 202, body: { status: "accepted" } });
      }),
      { numRuns: 60 },
    );
  });

  it("is counted by source and outcome", async () => {
    const metrics = await readMetrics(`${origin}/metrics`);
    const count = (outcome: string) =>
      metrics.value("opsledger_webhook_deliveries_total", { source: "GITHUB", outcome });
    expect(count("accepted")).toBeGreaterThan(1);
    expect(count("repeated")).toBeGreaterThanOrEqual(12);
  });
});

describe("a burst of 1,000 deliveries for one project", () => {
  it(
    "loses none, and those that one sender sends after each other stay in that order (defect P3)",
    { timeout: 120_000 },
    async () => {
      await assign("redline-wholesale/burst", "burst");
      const senders = 20;
      const answers = await Promise.all(
        Array.from({ length: senders }, async (_, sender) => {
          const ids: (string | undefined)[] = [];
          for (let turn = 0; turn < 1_000 / senders; turn += 1) {
            const body = { action: "created", sender, turn, repository: { full_name: "redline-wholesale/burst" } };
            const { status, body: answer } = await deliver(origin, "github", body, {
              deliveryId: `burst-${sender}-${turn}`,
            });
            expect(status).toBe(202);
            ids.push(idIn(answer));
          }
          return ids;
        }),
      );
      const events = await eventsOf("burst");
      expect(events).toHaveLength(1_000);
      expect(new Set(events.map(({ eventTime }) => eventTime)).size).toBe(1_000);
      const places = new Map(events.map(({ projectEventId }, place) => [projectEventId, place]));
      for (const ids of answers) {
        const order = ids.map((id) => places.get(id ?? ""));
        expect(order).toEqual([...order].sort((one, other) => (one ?? 0) - (other ?? 0)));
        expect(order).not.toContain(undefined);
      }
    },
  );
});
