/**
 * What other systems are told of integration sessions. Published shapes are promises: each version has a fixture, made once and never
 * changed, that today's schema still accepts.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  integrationsPublication,
  integrationsSource,
  publishedIntegrationEvents,
} from "../../../src/domain/integrations/index.js";
import type { IntegrationEvent } from "../../../src/domain/kernel/index.js";
import { sessionId, sessionStory } from "../../support/sessionStory.js";
import { feedOf } from "./feedOf.js";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "published");
const files = (await readdir(folder)).filter((file) => file.startsWith("Session")).sort();
const fixtures = await Promise.all(
  files.map(async (file) => ({
    file,
    ...(JSON.parse(await readFile(join(folder, file), "utf8")) as Pick<
      IntegrationEvent,
      "type" | "schemaVersion" | "data"
    >),
  })),
);

type PublishedType = keyof typeof publishedIntegrationEvents;
const types = Object.keys(publishedIntegrationEvents) as PublishedType[];
const entries = sessionStory().flatMap(feedOf);
const all = entries.flatMap((entry) => integrationsPublication(entry) ?? []);

describe("each published shape", () => {
  it("has a fixture, for every version ever published", () => {
    const expected = types.flatMap((type) =>
      Array.from({ length: publishedIntegrationEvents[type].version }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(fixtures)(
    "$file is still what its schema says, and has every field of it",
    ({ type, schemaVersion, data }) => {
      const { schema, version } = publishedIntegrationEvents[type as PublishedType];
      if (schemaVersion !== version) return;
      expect(schema.strict().parse(data)).toEqual(data);
      expect(Object.keys(data).sort()).toEqual(Object.keys(schema.shape).sort());
    },
  );
});

describe("the publication of sessions", () => {
  it("tells of every published type, each as its schema says, and keeps the rest to itself", () => {
    expect([...new Set(all.map(({ type }) => type))].sort()).toEqual([...types].sort());
    for (const { type, data, schemaVersion } of all) {
      const { schema, version } = publishedIntegrationEvents[type as PublishedType];
      expect(schemaVersion).toBe(version);
      expect(schema.strict().parse(data)).toEqual(data);
    }
  });

  it("says whose the session is and how it is doing, keeps its order, and names the domain event", () => {
    const told = all.filter(({ data }) => data["sessionId"] === sessionId);
    expect(told.map(({ type, data }) => [type, data["status"]])).toEqual([
      ["SessionConnected", "ACTIVE"],
      ["SessionItemsDeadLettered", "ACTIVE"],
      ["SessionItemsDeadLettered", "ACTIVE"],
      ["SessionReauthRequired", "NEEDS_REAUTH"],
      ["SessionDisabled", "DISABLED"],
      ["SessionDisconnected", "DISCONNECTED"],
      ["SessionConnected", "ACTIVE"],
    ]);
    for (const { id, source, subject, sequence, data } of told) {
      expect(data).toMatchObject({ userId: "user123", serviceType: "gmail" });
      expect([source, subject]).toEqual([integrationsSource, `IntegrationSession-${sessionId}`]);
      const event = entries.find((entry) => entry.event.eventId === id && entry.event.streamId === subject)?.event;
      expect([event?.streamId, event?.version]).toEqual([subject, sequence]);
    }
  });

  it("keeps to itself where items come from and go to, the cursor, and whose account it is", () => {
    const text = JSON.stringify(all);
    for (const kept of ["user@company.com", "1234567890", "lambda-url", "123456789", "user123/gmail", "gmail:1"])
      expect(text).not.toContain(kept);
  });

  it("keeps what is of other streams to itself, and types that it does not know", () => {
    const [entry = expect.fail("no entry")] = entries;
    for (const other of [{ streamId: "Batch-1" }, { type: "SessionSomethingElse" }])
      expect(integrationsPublication({ ...entry, event: { ...entry.event, ...other } })).toBeUndefined();
  });

  it("publishes fields of a stored event one by one, so that a new one stays private", () => {
    for (const entry of entries) {
      const widened = { ...entry, event: { ...entry.event, data: { ...(entry.event.data as object), secret: 1 } } };
      expect(integrationsPublication(widened)?.data ?? {}).not.toHaveProperty("secret");
    }
  });
});
