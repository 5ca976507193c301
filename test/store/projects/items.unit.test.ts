/** Items of `ProjectEvents` as seed 000 spells them, and nothing lost on the way back. */
import type { Json } from "../../../src/domain/kernel/json.js";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProjectEvent } from "../../../src/domain/projects/index.js";
import { addDays, toEpochSeconds, toInstant } from "../../../src/domain/kernel/time.js";
import { eventKeyIn, eventRank, eventTimeIn, eventTimesOf } from "../../../src/store/readModels/projects/keys.js";
import {
  fromBatchItem,
  fromProjectEventItem,
  fromRoutingItem,
  fromSettingsItem,
  toBatchItem,
  toProjectEventItem,
  toRoutingItem,
  toSettingsItem,
} from "../../../src/store/readModels/projects/items.js";
import { isAsWritten } from "../../../src/store/seal.js";
import { aBatch, aProjectEvent, seedTime } from "./builders.js";

/** Through the SDK's own form, as the client takes it. */
const stored = (item: object) => unmarshall(marshall(item, { removeUndefinedValues: true }));

const original: Json = {
  repository: "redline-wholesale/inventory-api",
  pull_request: { number: 42, title: "Add inventory tracking feature", user: { login: "developer1" } },
};

describe("the item of a project event", () => {
  it("is the seed's example while it waits for its batch: no batchId, no ttl", () => {
    const event = aProjectEvent({ projectEventId: "gh_pr_123456", eventTime: seedTime, eventData: original });
    const { detail, importance, notify, ...seed } = stored(toProjectEventItem(event));
    expect(seed).toEqual({
      project: "redline-wholesale",
      eventTime: seedTime,
      eventId: "gh_pr_123456",
      source: "github",
      eventData: original,
      createdAt: "2025-06-02T13:37:58.000Z",
      processed: false,
      processedKey: "false",
      pendingProject: "redline-wholesale",
    });
    expect([typeof detail, importance, notify]).toEqual(["string", "NORMAL", false]);
  });

  it("says in which batch it is, and leaves both indexes of what waits", () => {
    const batchedAt = toInstant(seedTime + 3_600_000);
    const event = aProjectEvent({ eventTime: seedTime, batchId: "batch_20250602_1437", batchedAt });
    expect(stored(toProjectEventItem(event))).toMatchObject({ processed: true, batchId: "batch_20250602_1437" });
    expect(stored(toProjectEventItem(event))).not.toHaveProperty("processedKey");
    expect(stored(toProjectEventItem(event))).not.toHaveProperty("pendingProject");
  });

  it("expires 30 days after its receipt, in seconds, or 7 days after its batch where that is later", () => {
    const ttl = (days: number) =>
      toProjectEventItem(
        aProjectEvent({ eventTime: seedTime, batchId: "b", batchedAt: addDays(toInstant(seedTime), days) }),
      )["ttl"];
    const after = (days: number) => toEpochSeconds(addDays(toInstant(seedTime), days));
    expect([ttl(0), ttl(22), ttl(23), ttl(24), ttl(100)]).toEqual([
      after(30),
      after(30),
      after(30),
      after(31),
      after(107),
    ]);
  });

  it("waits for nobody where no rule assigned it, but is unprocessed", () => {
    const item = stored(toProjectEventItem(aProjectEvent({ project: "unassigned" })));
    expect(item).toMatchObject({ processed: false, processedKey: "false" });
    expect(item).not.toHaveProperty("pendingProject");
  });

  it("is read back as the event that it was made of", () => {
    const events: readonly ProjectEvent[] = [
      aProjectEvent(),
      aProjectEvent({
        eventTime: seedTime + 0.417,
        source: "GENERIC",
        eventData: original,
        text: "text",
        actor: { id: "ana", name: "Ana" },
        url: "https://example.com/1",
        refs: [{ type: "REPOSITORY", id: "a/b" }],
        labels: ["x"],
        subject: "github:a/b#1",
        importance: "CRITICAL",
        notify: true,
        clipped: true,
        original: { objectKey: "k", bytes: 12, sha256: "s" },
        verification: { scheme: "GITHUB_SHA256", secret: "PREVIOUS" },
        ruleId: "r",
        batchId: "batch_20250602_1337",
        batchedAt: toInstant(seedTime),
        notifiedAt: toInstant(seedTime),
        version: 3,
      }),
    ];
    for (const event of events) expect(fromProjectEventItem(stored(toProjectEventItem(event)))).toEqual(event);
  });
});

describe("the source's original", () => {
  it.each<[string, Json]>([
    ["a whole number that JavaScript cannot count", { id: 2 ** 63 }],
    ["a number that DynamoDB finds too large", { x: 1e300 }],
    ["a number that DynamoDB finds too near to zero", { x: [5e-324] }],
    ["half a character", { text: "\ud800" }],
    ["half a character in a name", { "\ud800": 1 }],
    ["an empty name", { "": { "": 1 } }],
    ["a name that JavaScript keeps for itself", JSON.parse('{"__proto__": {"polluted": true}}') as Json],
    ["a list", [1, "two", null]],
    ["a text", "text"],
    ["nothing", null],
  ])("comes back whole with %s, and is a map that DynamoDB takes", (_, eventData) => {
    const item = toProjectEventItem(aProjectEvent({ eventData }));
    const map = marshall({ map: item["eventData"] })["map"]?.M;
    expect(map).toBeDefined();
    expect(JSON.stringify(map)).not.toMatch(/\\ud800|"":/);
    const back = fromProjectEventItem(stored(item)).eventData;
    expect(JSON.stringify(back)).toBe(JSON.stringify(eventData));
  });

  it("comes back whole whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
        const eventData = value as Json;
        const back = fromProjectEventItem(stored(toProjectEventItem(aProjectEvent({ eventData })))).eventData;
        expect(canonical(back)).toBe(canonical(eventData));
      }),
      { numRuns: 500 },
    );
  });

  it("is not kept twice where the map holds all of it", () => {
    expect(toProjectEventItem(aProjectEvent({ eventData: original }))["detail"]).not.toContain("inventory-api");
  });
});

describe("places", () => {
  it("keep the thousandths that tell events of one millisecond apart, and rank in their order", () => {
    const times = Array.from({ length: 1_000 }, (_, n) => seedTime + n / 1_000);
    const ranks = times.map((time) => eventRank(time, "id"));
    expect(ranks.map(eventTimeIn)).toEqual(times);
    expect(ranks.toSorted()).toEqual(ranks);
    const items = times.map((eventTime) => stored(toProjectEventItem(aProjectEvent({ eventTime }))));
    expect(items.map(({ eventTime }) => eventTime as unknown)).toEqual(times);
  });

  it("refuse a rank that they did not make, as a cursor", () => {
    for (const rank of ["", "x", "#", "1717517331000#id", "NaN#id"]) {
      expect(() => eventTimeIn(rank)).toThrow("is not a cursor of this list");
    }
  });

  it("of a span hold its first millisecond whole, and nothing of its last", () => {
    const { from, to } = eventTimesOf({ from: toInstant(seedTime), until: toInstant(seedTime + 10) });
    const inside = (time: number) => time >= from && time <= to;
    expect([seedTime - 0.001, seedTime, seedTime + 0.999, seedTime + 9.999, seedTime + 10].map(inside)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  it("are found in the key of a change, also where the project's name has a slash", () => {
    expect(eventKeyIn("team/a/1717517331000.001")).toEqual({ project: "team/a", eventTime: 1_717_517_331_000.001 });
  });
});

describe("the rows that decisions are made on", () => {
  const batch = aBatch({
    requestedRevision: 2,
    post: { attempts: 1, error: "channel_not_found" },
    projectEventIds: ["a", "b"],
  });
  const settings = {
    project: "p",
    policy: batch.policy,
    channel: "#releases",
    notifications: "ALL",
    version: 2,
    hash: "h",
  } as const;
  const rule = { ruleId: "r", source: "GITHUB", field: "REPOSITORY", pattern: "a/*", project: "p" } as const;
  const routing = { rules: [rule], version: 3, hash: "h" };

  it("are read back as what they were made of", () => {
    expect(fromBatchItem(stored(toBatchItem(batch)))).toEqual(batch);
    expect(fromSettingsItem(stored(toSettingsItem(settings)))).toEqual(settings);
    const { channel: _, ...silent } = settings;
    expect(fromSettingsItem(stored(toSettingsItem(silent)))).toEqual(silent);
    expect(fromRoutingItem(stored(toRoutingItem(routing)))).toEqual(routing);
  });

  it.each([
    ["batch", toBatchItem(batch)],
    ["settings", toSettingsItem(settings)],
    ["rules", toRoutingItem(routing)],
  ])("show that somebody edited them: %s", (_, item) => {
    const row = stored(item);
    expect(isAsWritten(row)).toBe(true);
    expect(isAsWritten({ ...row, version: 99 })).toBe(false);
    expect(isAsWritten({ ...row, detail: "{}" })).toBe(false);
  });
});

/** JSON knows no negative zero, and no order of names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
