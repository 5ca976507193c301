/** Items of seed 004 as it spells them, and nothing lost on the way back. */
import type { JsonObject } from "../../../src/domain/kernel/json.js";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, toEpochSeconds } from "../../../src/domain/kernel/time.js";
import { sessionStatuses } from "../../../src/domain/integrations/index.js";
import type { IntegrationSession } from "../../../src/domain/integrations/index.js";
import {
  fromDeadLetterItem,
  fromPollItem,
  fromScheduleItem,
  fromSessionItem,
  fromShownSessionItem,
  toDeadLetterItem,
  toPollItem,
  toScheduleItem,
  toSessionItem,
} from "../../../src/store/readModels/integrations/items.js";
import { dueShardOf, dueShards, sessionKeyOf } from "../../../src/store/readModels/integrations/keys.js";
import { isAsWritten } from "../../../src/store/seal.js";
import { upTo } from "../../conformance/eventStore.conformance.js";
import { aLetter, aPoll, aSchedule, aSession, after, content } from "./builders.js";

/** Through the SDK's own form, as the client takes it. */
const stored = (item: object) => unmarshall(marshall(item, { removeUndefinedValues: true }));

const items = { items: 2, firstItemId: "a", lastItemId: "b", content };

const whole: IntegrationSession = aSession({
  userId: "user123",
  status: "BACKING_OFF",
  statusReason: "slow",
  credentialRef: "user123/gmail",
  projectId: "team/a",
  accountKey: "gmail#user@company.com",
  cursorRevision: 4,
  lastPollAt: after(5_000),
  lastSuccessAt: after(3_000),
  lastItemAt: after(2_000),
  nextPollAt: after(9_000),
  errorCount: 2,
  failingSince: after(4_000),
  lastError: { failureClass: "DELIVERY", code: "http_500", message: "it fails", at: after(5_000), inARow: 2 },
  failingDelivery: { firstItemId: "c", attempts: 2 },
  resync: { since: after(0), startedAt: after(1_000) },
  totals: { polls: 12, items: 30, deadLetters: 1 },
  pushes: 7,
  inbox: [{ push: 7, at: after(4_500), ...items }],
  openDeadLetters: [{ deadLetterId: "0".repeat(32), reason: "http_422", at: after(2_000), ...items }],
  version: 9,
});

const states: Readonly<Record<string, JsonObject>> = {
  "the seed's of Gmail": { lastHistoryId: "123456789", emailAddress: "user@company.com" },
  "the seed's of WhatsApp": {
    lastMessageId: "wamid.ABC123",
    phoneNumber: "+1234567890",
    businessAccountId: "123456789012345",
  },
  "the seed's of Slack": {
    lastEventTs: "1642249800.123456",
    teamId: "T1234567",
    channelIds: ["C1234567", "C7654321"],
  },
  empty: {},
  "with a number that no map holds": { cursor: 2 ** 60, tiny: 1e-200 },
  "with names that no map has": { "": 1, nested: { "": [{ "": null }] } },
  "with what is no Unicode": { cursor: "\ud800" },
  "deeper than any map": JSON.parse(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`) as JsonObject,
};

describe("the item of a session", () => {
  it("has the seed's attributes in the seed's types", () => {
    const item = stored(toSessionItem({ ...whole, createdAt: after(0), lastPollAt: after(300_000), errorCount: 0 }));
    expect(item).toMatchObject({
      userId: "user123",
      serviceType: "gmail",
      sessionId: "user123#gmail",
      webhookUrl: "https://example.lambda-url.us-east-1.on.aws/",
      isActive: true,
      pollingIntervalMs: 30_000,
      createdAt: "2024-01-15T10:30:00.000Z",
      lastPollAt: "2024-01-15T10:35:00.000Z",
      errorCount: 0,
      serviceState: { lastHistoryId: "123456789", emailAddress: "user@company.com" },
    });
  });

  it("is read back as the session that it was made of", () => {
    for (const session of [aSession(), whole]) {
      const item = stored(toSessionItem(session));
      expect(fromSessionItem(item)).toEqual(session);
      expect(fromShownSessionItem(item)).toEqual(session);
      expect(isAsWritten(item)).toBe(true);
    }
  });

  it.each(sessionStatuses)(
    "says whether it is polled, and is in the index of active ones only then (B1): %s",
    (status) => {
      const { isActive, activeKey } = toSessionItem(aSession({ status }));
      const active = status === "ACTIVE" || status === "BACKING_OFF";
      expect({ isActive, activeKey }).toEqual({ isActive: active, activeKey: active ? "true" : undefined });
    },
  );

  it("that was never polled is in the indexes as if in 1970, and is told as never polled (B2)", () => {
    const item = stored(toSessionItem(aSession()));
    expect(item["lastPollAt"]).toBe("1970-01-01T00:00:00.000Z");
    expect(fromSessionItem(item)).not.toHaveProperty("lastPollAt");
    expect(fromShownSessionItem(item)).not.toHaveProperty("lastPollAt");
  });

  it("shows a later poll to people, and keeps its seal; decisions are made on what the log has", () => {
    const item = { ...stored(toSessionItem(whole)), lastPollAt: after(90_000) };
    expect(isAsWritten(item)).toBe(true);
    expect(fromShownSessionItem(item)).toEqual({ ...whole, lastPollAt: after(90_000) });
    expect(fromSessionItem(item)).toEqual(whole);
  });

  it("of a session that is over holds no address, no account and no state", () => {
    const { accountKey: _a, credentialRef: _c, nextPollAt: _n, ...rest } = whole;
    const over = aSession({ ...rest, status: "DISCONNECTED", webhookUrl: "", serviceState: {}, inbox: [] });
    const { nextPollAt: _next, ...gone } = over;
    const item = stored(toSessionItem(gone));
    expect(item).not.toHaveProperty("accountKey");
    expect(JSON.stringify(item)).not.toMatch(/company\.com|lambda-url/);
    expect(fromSessionItem(item)).toEqual(gone);
  });

  it.each(Object.entries(states))("keeps its service state as it is: %s", (_, serviceState) => {
    const item = stored(toSessionItem(aSession({ serviceState })));
    expect(fromSessionItem(item).serviceState).toEqual(serviceState);
    expect(typeof item["serviceState"]).toBe("object");
  });

  it("keeps any service state as it is", () => {
    const json = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue() as fc.Arbitrary<JsonObject[string]>);
    fc.assert(
      fc.property(json, (any) => {
        const serviceState = JSON.parse(JSON.stringify(any).replaceAll(/(?<=[[:,])-0(?=[\],}])/g, "0")) as JsonObject;
        expect(fromSessionItem(stored(toSessionItem(aSession({ serviceState })))).serviceState).toEqual(serviceState);
      }),
      { numRuns: 60 },
    );
  });

  it("is found by its id; what is no session's id is nobody's key", () => {
    expect(sessionKeyOf("user123#gmail")).toEqual({ userId: "user123", serviceType: "gmail" });
    for (const id of [
      "",
      "user123",
      "#gmail",
      "user123#",
      "a#b#gmail",
      "user123#Gmail",
      `${"u".repeat(2_000)}#gmail`,
    ]) {
      expect(sessionKeyOf(id)).toBeUndefined();
    }
  });
});

describe("the item of a schedule", () => {
  it("is in the index of what is due only where something is to be polled (B20), and begins without a lease", () => {
    const due = aSchedule({ userId: "user123" });
    expect(stored(toScheduleItem(due))).toEqual({ ...due, polls: 0, dueShard: dueShardOf("user123") });
    const { nextPollAt: _, ...idle } = due;
    expect(stored(toScheduleItem(idle))).toEqual({ ...idle, polls: 0 });
    expect(fromScheduleItem(stored(toScheduleItem(due)))).toEqual({ nextPollAt: due.nextPollAt, polls: 0 });
  });

  it("has the sessions of a user in one part, and users in all of them", () => {
    const parts = upTo(2_000).map((n) => dueShardOf(`user${n}`));
    expect([...new Set(parts)].sort()).toEqual([...dueShards]);
    for (const shard of dueShards) expect(parts.filter((part) => part === shard).length).toBeGreaterThan(180);
  });
});

describe("the item of a poll", () => {
  it("is read back, sorts by time and then by version, and expires after 30 days", () => {
    const failed = aPoll({ outcome: "FAILED", failureClass: "TRANSIENT", code: "http_503", message: "it is down" });
    const { nextPollAt: _, ...without } = aPoll();
    for (const poll of [aPoll(), failed, without]) expect(fromPollItem(stored(toPollItem(poll)))).toEqual(poll);
    const places = [9, 10, 100].map((version) => String(toPollItem(aPoll({ at: after(0), version }))["place"]));
    expect(places).toEqual([...places].sort());
    expect(toPollItem(failed)["ttl"]).toBe(toEpochSeconds(addDays(failed.at, 30)));
  });
});

describe("the item of a dead letter", () => {
  it("is read back, and expires 30 days after it was closed, never before that", () => {
    const open = aLetter();
    expect(fromDeadLetterItem(stored(toDeadLetterItem(open)))).toEqual(open);
    expect(stored(toDeadLetterItem(open))).not.toHaveProperty("ttl");
    const closed = aLetter({ status: "DISCARDED", closedAt: after(9_000) });
    expect(fromDeadLetterItem(stored(toDeadLetterItem(closed)))).toEqual(closed);
    expect(toDeadLetterItem(closed)["ttl"]).toBe(toEpochSeconds(addDays(after(9_000), 30)));
  });
});
