/** How integrations are doing: what is counted, that the order of the streams does not matter, and what people are told of it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  integrationHealthProjection,
  noTally,
  sessionStatuses,
  toIntegrationHealth,
} from "../../../src/domain/integrations/index.js";
import type { SessionCommand, SessionTally } from "../../../src/domain/integrations/index.js";
import type { FeedEntry } from "../../../src/domain/kernel/index.js";
import { connection, deadLetter, pushConnection, sessionStory, tellSession } from "../../support/sessionStory.js";
import { feedOf } from "./feedOf.js";
import { recordFailure, recordPoll, recordRateLimit } from "./sessionEvents.js";

/** A session that all this happens to. */
function session(userId: string, ...commands: readonly SessionCommand[]) {
  const connected = { ...connection({ userId, credentialRef: undefined, pollingIntervalMs: 30_000 }) };
  const actor = { kind: "USER", id: userId } as const;
  return tellSession(`${userId}#gmail`, [[connected], ...commands.map((command) => [command] as const)], actor);
}

const found = recordPoll({ cursorRevision: 0 });
const streams = [
  ...sessionStory(),
  session("a"),
  session("b", { type: "PauseSession" }),
  session("c", { ...recordFailure({ failureClass: "AUTH" }), cursorRevision: 0 }),
  session("d", recordRateLimit({ cursorRevision: 0 }), found),
  session("e", recordRateLimit({ cursorRevision: 0 })),
  session("f", { type: "RecordDeadLetter", ...deadLetter(1) }, { type: "DisconnectSession" }),
  session("g", ...Array.from({ length: 10 }, () => recordFailure({ failureClass: "PERMANENT", cursorRevision: 0 }))),
];

function fold(entries: readonly FeedEntry[]): ReadonlyMap<string, SessionTally> {
  const rows = new Map<string, SessionTally>();
  for (const entry of entries) {
    for (const key of integrationHealthProjection.keys(entry)) {
      const row = integrationHealthProjection.apply(rows.get(key), entry, key);
      if (row !== undefined) rows.set(key, row);
    }
  }
  return new Map([...rows].sort(([one], [other]) => (one < other ? -1 : 1)));
}

describe("the tally of a service", () => {
  const rows = fold(streams.flatMap(feedOf));

  it("has as many sessions in each status as there are, whatever they went through", () => {
    expect([...rows.keys()]).toEqual(["gmail", "whatsapp"]);
    for (const [serviceType, { byStatus }] of rows) {
      const count = (status: string) =>
        streams.filter(({ state }) => state.session?.serviceType === serviceType && state.session.status === status)
          .length;
      expect(byStatus).toEqual(Object.fromEntries(sessionStatuses.map((status) => [status, count(status)])));
    }
    expect(rows.get("gmail")?.byStatus).toEqual({
      ...{ ACTIVE: 3, BACKING_OFF: 1, NEEDS_REAUTH: 1, PAUSED: 1, DISABLED: 1, DISCONNECTED: 1 },
    });
  });

  it("adds up what its sessions brought and what went wrong", () => {
    for (const [serviceType, { items, deadLetters }] of rows) {
      const totals = streams.flatMap(({ state }) =>
        state.session?.serviceType === serviceType ? [state.session.totals] : [],
      );
      expect(items).toBe(totals.reduce((sum, total) => sum + total.items, 0));
      expect(deadLetters).toBe(totals.reduce((sum, total) => sum + total.deadLetters, 0));
    }
    expect(rows.get("gmail")).toMatchObject({ items: 10, failures: 13, deadLetters: 3 });
  });

  it("is the same in whatever order the streams come", () => {
    const feeds = streams.map(feedOf);
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (chances) => {
        const left = feeds.map((entries) => [...entries]);
        const mixed: FeedEntry[] = [];
        while (left.some(({ length }) => length > 0)) {
          const waiting = left.filter(({ length }) => length > 0);
          const next = waiting[Number(chances.next().value) % waiting.length]?.shift();
          if (next !== undefined) mixed.push(next);
        }
        expect(fold(mixed)).toEqual(rows);
      }),
      { numRuns: 20 },
    );
  });

  it("costs nothing where an event changes nothing of it", () => {
    const stream = session("h", { type: "ChangeWebhook", webhookUrl: "https://x.example" }, { ...found, items: 0 });
    const keys = feedOf(stream).map((entry) => integrationHealthProjection.keys(entry));
    expect(keys).toEqual([["gmail"], [], []]);
  });

  it("knows of no other streams", () => {
    const [entry = expect.fail("no entry")] = feedOf(session("i"));
    const other = { ...entry, event: { ...entry.event, streamId: "Batch-1" } };
    expect(integrationHealthProjection.keys(other)).toEqual([]);
    expect(integrationHealthProjection.apply(noTally("gmail"), other, "gmail")).toEqual(noTally("gmail"));
  });
});

describe("what people are told of it", () => {
  it("is each service by its name, and all together", () => {
    const push = fold(feedOf(tellSession("user123#whatsapp", [[pushConnection()]]))).get("whatsapp");
    const mail = fold(feedOf(session("a"))).get("gmail");
    if (push === undefined || mail === undefined) expect.fail("no tallies");
    const health = toIntegrationHealth([push, mail], { sessions: 0 });
    expect(health.services.map(({ serviceType }) => serviceType)).toEqual(["gmail", "whatsapp"]);
    expect(health.byStatus).toEqual({ ...noTally("x").byStatus, ACTIVE: 2 });
    expect(health.overdue).toEqual({ sessions: 0 });
  });

  it("says nothing of what is due where nobody asked", () => {
    expect(toIntegrationHealth([])).toStrictEqual({ services: [], byStatus: noTally("x").byStatus });
  });
});
