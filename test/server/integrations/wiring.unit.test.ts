/** What the server puts together for integration sessions: who wakes its poller, what is counted, what states weigh in memory. */
import { describe, expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../../src/config/config.js";
import { emptySession } from "../../../src/domain/integrations/index.js";
import type { DeliveryResult } from "../../../src/domain/integrations/index.js";
import type { FeedEntry, LiveEntry, LiveFeed } from "../../../src/domain/kernel/index.js";
import { observeWebhooks } from "../../../src/observability/integrations.js";
import { createLogger } from "../../../src/observability/logger.js";
import { createTelemetry, noTelemetry } from "../../../src/observability/telemetry.js";
import { overdueSeconds, startIntegrationPoller } from "../../../src/server/integrationPoller.js";
import { weighSessionState } from "../../../src/server/integrations.js";
import { until } from "../../support/graphql/client.js";
import { parseMetrics } from "../../support/metrics.js";
import { createStory } from "../../poller/memorySchedule.js";
import { aSession } from "../../store/integrations/builders.js";

const now = "2025-01-15T10:30:00.000Z";
const clock = { now: () => now };

/** A feed that brings these entries to whom they match, once for each time that it is followed; it fails where there are none. */
function feedOf(...times: readonly (readonly FeedEntry[])[]) {
  let followed = 0;
  const live: LiveFeed = {
    async *follow({ matches, signal }) {
      const entries = times[followed];
      followed += 1;
      if (entries === undefined || entries.length === 0) throw new Error("the feed is away");
      yield* entries.filter(matches) as LiveEntry[];
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    async *followStream() {},
  };
  return { live, followed: () => followed };
}

function requested(nextPollAt: string | undefined): FeedEntry {
  return {
    log: 0,
    position: 1,
    tags: { before: [], after: [] },
    event: {
      ...{ streamId: "IntegrationSession-ann#gmail", version: 2, type: "SessionResumed", schemaVersion: 1 },
      ...{ eventId: "e", commitId: "c", recordedAt: now, previousHash: "", hash: "" },
      metadata: { actor: { kind: "USER", id: "ann" }, correlationId: "test" },
      data: { nextPollAt },
    } as unknown as FeedEntry["event"],
  };
}

function begin(live: LiveFeed, environment: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const story = createStory([]);
  const poller = startIntegrationPoller({
    config: parseConfig(environment),
    schedule: story.schedule,
    polling: story.polling,
    services: { get: () => undefined, all: [] },
    live,
    clock,
    logger: createLogger({ level: "warn", destination: { write: (line: string) => void lines.push(line) } }),
    metrics: noTelemetry.metrics,
    idleMilliseconds: 600_000,
    feedPauseMilliseconds: 5,
  });
  onTestFinished(() => poller.close());
  return { story, poller, lines };
}

describe("the server's own poller", () => {
  it("looks at once when an event makes a session due, and not for one that is due later or not at all", async () => {
    const later = begin(feedOf([requested("2025-01-15T10:30:00.001Z"), requested(undefined)]).live);
    const due = begin(feedOf([requested(now)]).live);
    await until(() => due.story.looks.length === 2);
    // Who was not told has looked once, when it began.
    expect(later.story.looks).toHaveLength(1);
  });

  it("is told again of what is due once the feed can be followed", async () => {
    const feed = feedOf([], [], [requested(now)]);
    const { story, lines } = begin(feed.live);
    await until(() => story.looks.length === 2);
    expect(feed.followed()).toBe(3);
    expect(lines.join("")).toContain("until it can, it looks by itself");
  });

  it("is not there where it is switched off", async () => {
    const { story, poller } = begin(feedOf([requested(now)]).live, { INTEGRATION_POLLER: "off" });
    await poller.close();
    expect(story.looks).toEqual([]);
  });
});

describe("what is overdue", () => {
  it("is as old as the session that has waited longest", async () => {
    const dueSessions = { overdue: async () => ({ sessions: 1, oldest: "2025-01-15T10:29:47.500Z" }) };
    expect(await overdueSeconds({ dueSessions }, clock)).toBe(12.5);
    expect(await overdueSeconds({ dueSessions: { overdue: async () => ({ sessions: 0 }) } }, clock)).toBe(0);
  });
});

describe("deliveries", () => {
  it("are counted by service and by what the webhook has said", async () => {
    const telemetry = createTelemetry({ metrics: "on" });
    onTestFinished(() => telemetry.close());
    const results: DeliveryResult[] = [
      { accepted: true },
      { accepted: false, reason: "REFUSED", code: "http_400", message: "no" },
      { accepted: false, reason: "UNREACHABLE", code: "timeout", message: "no answer" },
    ];
    const webhooks = observeWebhooks(
      { deliver: async () => results.shift() ?? { accepted: true }, close: async () => undefined },
      telemetry.metrics,
    );
    const session = { sessionId: "ann#gmail", userId: "ann", serviceType: "gmail" };
    const body = { type: "integration.items", ...session, deliveryId: "d", items: [] } as const;
    const { signal } = new AbortController();
    for (let times = 0; times < 4; times += 1) {
      await webhooks.deliver({ url: "https://hooks.example", secret: "", deliveryId: "d", body }, signal);
    }
    await webhooks.close();
    const read = parseMetrics((await telemetry.scrape?.()) ?? "");
    const count = (result: string) =>
      read.value("opsledger_integration_deliveries_total", { service: "gmail", result });
    expect([count("accepted"), count("refused"), count("unreachable")]).toEqual([2, 1, 1]);
  });
});

describe("the weight of a state", () => {
  it("grows with what the service keeps, and with what waits", () => {
    const weigh = (facts: Parameters<typeof aSession>[0]) => weighSessionState({ session: aSession(facts) });
    const plain = weigh({});
    expect(weighSessionState(emptySession)).toBeLessThan(plain);
    expect(weigh({ serviceState: { cursor: "x".repeat(10_000) } })).toBeGreaterThan(plain + 9_000);
  });

  it("is no less than what it says as JSON", () => {
    const session = aSession({ serviceState: { lastHistoryId: "123456789", emailAddress: "user@company.com" } });
    expect(weighSessionState({ session })).toBeGreaterThan(JSON.stringify(session).length);
  });
});
