/** Facts by webhook through the whole server and the real engine: each is recorded once, and counts in its entity's metrics. */
import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/config.js";
import type { MeasuredEntity } from "../../../src/domain/insights/index.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { deliver, webhookEnvironment } from "./support.js";

let test: TestOpsledger;
let origin: string;
beforeAll(async () => {
  test = await startTestOpsledger(webhookEnvironment);
  origin = new URL(test.opsledger.http.url).origin;
});
afterAll(() => test.close());

const now = () => `${new Date().toISOString().slice(0, 19)}Z`;
const tell = (deliveryId: string, data: unknown, timestamp: unknown = now()) =>
  deliver(origin, "generic", { type: "activity.recorded", timestamp, data }, { deliveryId });

async function metricsOf(entityId: string): Promise<MeasuredEntity["metrics"] | undefined> {
  const { insightViews, metering } = test.opsledger.ledger;
  const entities = await insightViews.getEntities([`student-${entityId}`]);
  const [measured] = await metering.current(entities.flatMap((entity) => entity ?? []));
  return measured?.metrics;
}

const has = (program: string) => spawnSync(program, ["version"]).error === undefined;

describe("a fact by webhook", () => {
  it("counts in the metrics of its entity", async () => {
    expect(await tell("one", { entityId: "stu_1", kind: "session" })).toMatchObject({
      status: 202,
      body: { status: "accepted", entityType: "student", entityId: "stu_1" },
    });
    expect(await metricsOf("stu_1")).toMatchObject({ sessions_7d: 1, ib_calls_7d: 0 });
  });

  it("is recorded once, also where its deliveries come at the same time, and later without its neighbours", async () => {
    const timestamp = now();
    const again = () => tell("many", { entityId: "stu_2", kind: "session" }, timestamp);
    const answers = [...(await Promise.all(Array.from({ length: 8 }, again))), await again()];
    expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(202));
    const bodies = answers.map(({ body }) => body as { readonly status: string; readonly activityId: string });
    expect(bodies.filter(({ status }) => status === "accepted")).toHaveLength(1);
    expect(new Set(bodies.map(({ activityId }) => activityId)).size).toBe(1);
    expect(await metricsOf("stu_2")).toMatchObject({ sessions_7d: 1 });
  });

  it("is the same under an id of its own, whatever delivery brings it", async () => {
    const occurredAt = now();
    const rating = { entityId: "stu_3", kind: "rating", value: 4, dedupeId: "r-1", occurredAt };
    expect(await tell("first", rating)).toMatchObject({ body: { status: "accepted" } });
    expect(await tell("second", rating)).toMatchObject({ status: 202, body: { status: "repeated" } });
    expect(await tell("third", { ...rating, value: 5 })).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { field: "data.dedupeId" } }] },
    });
    expect(await metricsOf("stu_3")).toMatchObject({ avg_rating: 4 });
  });
});

describe("a list of facts by webhook", () => {
  it("is taken but for those that are wrong, each with its field", async () => {
    const session = { entityId: "stu_4", kind: "session" };
    const answer = await tell("list", [
      session,
      { ...session, kind: "nap" },
      session,
      { entityId: "stu_4", kind: "rating", value: 6 },
      { ...session, colour: "red" },
      "a session",
    ]);
    const refused = (field: string) => ({
      status: "refused",
      errors: [{ extensions: { code: "BAD_USER_INPUT", field } }],
    });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        status: "accepted",
        activities: [
          { status: "accepted", entityId: "stu_4" },
          refused("data.1.kind"),
          { status: "accepted", entityId: "stu_4" },
          refused("data.3.value"),
          refused("data.4"),
          refused("data.5"),
        ],
      },
    });
    expect(await metricsOf("stu_4")).toMatchObject({ sessions_7d: 2 });
  });

  it.each([
    ["an id without a known prefix", { entityId: "xyz_1", kind: "session" }, "data.entityId"],
    ["no kind", { entityId: "stu_5" }, "data.kind"],
    ["a time that is none", { entityId: "stu_5", kind: "session", occurredAt: "yesterday" }, "data.occurredAt"],
    ["nothing", null, "data"],
  ])("is refused with the field that is wrong: %s", async (_what, data, field) => {
    expect(await tell(`bad ${field}`, data)).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: "BAD_USER_INPUT", field } }] },
    });
    expect(await metricsOf("stu_5")).toBeUndefined();
  });
});

describe.skipIf(!has("curl") || !has("openssl"))("examples/webhooks", () => {
  const script = async (name: string) =>
    (await readFile(join(import.meta.dirname, "../../../examples/webhooks", name), "utf8")).replaceAll(
      "http://127.0.0.1:4000",
      origin,
    );
  const run = async (text: string, environment: NodeJS.ProcessEnv) =>
    (await promisify(execFile)("sh", ["-c", text], { env: { ...process.env, ...environment } })).stdout;

  it("signs and sends facts by curl", async () => {
    expect(JSON.parse(await run(await script("activity.sh"), webhookEnvironment))).toMatchObject({
      status: "accepted",
      activities: [{ entityId: "stu_4532" }, { entityId: "stu_4532" }],
    });
  });

  it("says so where its secret is missing", async () => {
    const WEBHOOK_GENERIC_SECRET = undefined;
    await expect(run(await script("activity.sh"), { WEBHOOK_GENERIC_SECRET })).rejects.toThrow(
      "WEBHOOK_GENERIC_SECRET is missing",
    );
  });

  it("makes a secret that the configuration takes", async () => {
    const secret = (await run(`${await script("secret.sh")}printf %s "$WEBHOOK_GENERIC_SECRET"`, {})).trim();
    expect(parseConfig({ WEBHOOK_GENERIC_SECRET: secret })).toBeDefined();
    expect(() => parseConfig({ WEBHOOK_GENERIC_SECRET: secret.slice(0, 20) })).toThrow("WEBHOOK_GENERIC_SECRET");
  });
});
