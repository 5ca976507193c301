/** The inline projections: which rows events change, and that folding twice, or in one go, gives the same rows. */
import { describe, expect, it } from "vitest";
import { foldIncident, incidentProjection, noIncident, retentionDays } from "../../../src/domain/incidents/index.js";
import type { IncidentState } from "../../../src/domain/incidents/index.js";
import type { ViewChange } from "../../../src/domain/kernel/decider.js";
import type { Story } from "../../support/incidents.js";
import { addDays, ana, command, declared, minutesLater, otherId, uuid } from "../../support/incidents.js";

/** A story in which every view has rows. */
const fullStory = (): Story => {
  const story = declared({ services: ["payments", "checkout"], commander: "ben", labels: { team: "core" } })
    .do(command("AddComment", { commentId: uuid(9), text: "first" }), { at: minutesLater(3) })
    .do(command("EditComment", { comment: { id: uuid(9), at: minutesLater(3) }, text: "second" }), { by: ana })
    .do(command("RecordEntry", { text: "alert fired", occurredAt: minutesLater(-3) }))
    .do(command("AttachSummary", { summaryId: uuid(8), text: "so far" }))
    .do(command("AddService", { service: "ledger" }))
    .do(command("RemoveService", { service: "payments" }))
    .do(command("AddLink", { linkId: uuid(3), kind: "INCIDENT", target: otherId }))
    .do(command("HandOverRole", { role: "COMMANDER", from: "ben", to: "ana" }));
  const entry = { id: story.events[5]?.eventId, at: story.events[5]?.occurredAt };
  return story
    .do(command("PinEntry", { entry }))
    .do(command("ChangeStatus", { to: "RESOLVED" }))
    .do(command("ChangeStatus", { to: "CLOSED" }));
};

/** Rows by view and key after applying changes to what is there. */
function apply(rows: Map<string, unknown>, changes: readonly ViewChange[]): Map<string, unknown> {
  for (const { view, key, row } of changes) {
    if (row === undefined) rows.delete(`${view}/${key}`);
    else rows.set(`${view}/${key}`, row);
  }
  return rows;
}

function rowsStepByStep({ events }: Story): Map<string, unknown> {
  const rows = new Map<string, unknown>();
  let state: IncidentState = noIncident;
  for (const event of events) {
    const after = foldIncident(state, [event]);
    apply(rows, incidentProjection.changes(state, [event], after));
    state = after;
  }
  return rows;
}

describe("the rows of an incident", () => {
  it("are the same event by event and in one go, but for times to live that the retention worker sets", () => {
    const story = fullStory();
    const inOneGo = apply(new Map(), incidentProjection.changes(noIncident, story.events, story.state));
    const stepByStep = rowsStepByStep(story);
    const withoutExpiry = (rows: Map<string, unknown>) =>
      [...rows].map(([key, row]) => [key, { ...(row as object), expiresAt: undefined }]).sort();
    // Which service was first decides who has a row of its own; a rebuild starts from none.
    expect(withoutExpiry(stepByStep)).toEqual(withoutExpiry(inOneGo));
  });

  it("are the same when every change is applied twice", () => {
    const story = fullStory();
    const changes = incidentProjection.changes(noIncident, story.events, story.state);
    expect(apply(apply(new Map(), changes), changes)).toEqual(apply(new Map(), changes));
  });

  it("find the incident under every service but the first, which its own row is found by", () => {
    const keys = [...rowsStepByStep(fullStory()).keys()].filter((key) => key.startsWith("incident-service/"));
    expect(keys).toEqual([expect.stringMatching(/\/ledger$/)]);
  });

  it("expire so many days after the end, never before, and key moments never", () => {
    const story = fullStory();
    const rows = apply(new Map(), incidentProjection.changes(noIncident, story.events, story.state));
    const ended = story.state.incident?.milestones.endedAt ?? "";
    const expiry = (prefix: string) =>
      [...rows].filter(([key]) => key.startsWith(prefix)).map(([, row]) => (row as { expiresAt?: string }).expiresAt);
    expect(expiry("incident-comment/")).toEqual([addDays(ended, retentionDays.comment)]);
    expect(expiry("incident-summary/")).toEqual([addDays(ended, retentionDays.summary)]);
    expect(new Set(expiry("incident-entry/"))).toEqual(new Set([undefined, addDays(ended, retentionDays.entry)]));
    const before = declared().do(command("AddComment", { commentId: uuid(9), text: "x" }));
    const open = incidentProjection.changes(noIncident, before.events, before.state);
    expect(open.every(({ row }) => (row as { expiresAt?: string }).expiresAt === undefined)).toBe(true);
  });

  it("leave work for the retention worker when the incident ends and when it is reopened", () => {
    const story = declared().do(command("ChangeStatus", { to: "RESOLVED" }));
    const retention = (change: (story: Story) => void) => {
      const [before, count] = [story.state, story.events.length];
      change(story);
      return incidentProjection
        .changes(before, story.events.slice(count), story.state)
        .filter(({ view }) => view === "incident-retention");
    };
    expect(retention((s) => s.do(command("AddComment", { commentId: uuid(9), text: "x" })))).toHaveLength(0);
    expect(retention((s) => s.do(command("ChangeStatus", { to: "CLOSED" })))).toHaveLength(1);
    expect(retention((s) => s.do(command("Reopen", { reason: "again" })))).toHaveLength(1);
  });

  it("change no more than four for a plain change of status", () => {
    const story = declared();
    const before = story.state;
    story.do(command("ChangeStatus", { to: "ACKNOWLEDGED" }));
    expect(incidentProjection.changes(before, story.events.slice(1), story.state).map(({ view }) => view)).toEqual([
      "incident",
      "incident-entry",
    ]);
  });
});
