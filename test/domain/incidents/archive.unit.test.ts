/** The archive: what may go there and when, what it says, and what an archived incident loses and gets back. */
import { describe, expect, it } from "vitest";
import {
  ArchiveError,
  comesBackAtOnce,
  expiryOf,
  foldIncident,
  incidentDecider,
  incidentEventFormats,
  incidentProjection,
  isDue,
  noIncident,
  parseArchive,
} from "../../../src/domain/incidents/index.js";
import { foldStored, formatArchive } from "../../../src/domain/incidents/archive.js";
import { chainEvents, createCodec } from "../../../src/domain/kernel/index.js";
import { InvalidTransitionError, ValidationError } from "../../../src/domain/kernel/errors.js";
import { sha256 } from "../../../src/store/sha256.js";
import type { Story } from "../../support/incidents.js";
import {
  addDays,
  command,
  declared,
  incidentId,
  incidentOf,
  minutesLater,
  otherId,
  start,
  uuid,
} from "../../support/incidents.js";

const ended = (input: Record<string, unknown> = {}): Story =>
  declared(input)
    .do(command("AddComment", { commentId: uuid(9), text: "said" }))
    .do(command("AttachSummary", { summaryId: uuid(8), text: "so far" }))
    .do(command("ChangeStatus", { to: "CANCELLED" }));
const toArchive = (story: Story) =>
  command("ArchiveIncident", {
    objectKey: "archive/a.json",
    digest: "d",
    bytes: 9,
    events: story.events.length,
    through: story.events.length,
  });
const archived = (input: Record<string, unknown> = {}): Story => {
  const story = ended(input);
  return story.do(toArchive(story));
};

describe("an incident", () => {
  it.each([
    ["OPEN", declared()],
    ["RESOLVED", declared().do(command("ChangeStatus", { to: "RESOLVED" }))],
  ])("that is %s does not go to the archive", (_status, story) => {
    expect(() => story.decide(toArchive(story))).toThrow(InvalidTransitionError);
  });

  it("goes there as it was when it was read, and once", () => {
    const story = ended();
    expect(() => story.decide({ ...toArchive(story), through: 3 })).toThrow(ValidationError);
    expect(story.decide(toArchive(story))).toMatchObject([{ type: "IncidentArchived", data: { status: "CANCELLED" } }]);
    expect(archived().decide(toArchive(story))).toEqual([]);
  });

  it("that was merged goes there, too", () => {
    const story = declared().do(command("MergeInto", { into: { incidentId: otherId, number: 2 } }));
    expect(story.decide(toArchive(story))).toMatchObject([{ type: "IncidentArchived", data: { status: "MERGED" } }]);
  });

  it("in the archive refuses every change, and says how to bring it back", () => {
    const story = archived();
    for (const asked of [
      command("AddComment", { commentId: uuid(1), text: "late" }),
      command("Reopen", { reason: "x" }),
    ]) {
      expect(() => story.decide(asked)).toThrow(/INC-1 is in the archive.*restoreIncident/);
      expect(() => story.decide(asked)).toThrow(InvalidTransitionError);
    }
  });

  it("comes back once, as it was", () => {
    const before = incidentOf(ended());
    const story = archived().do(command("RestoreIncident", { reason: "audit" }), { at: minutesLater(60) });
    expect(story.decide(command("RestoreIncident"))).toEqual([]);
    const { version: _, hash: __, updatedAt: ___, entryCount: ____, latestEntries: _____, ...was } = before;
    expect(incidentOf(story)).toMatchObject({ ...was, restoredAt: minutesLater(60) });
    expect(incidentOf(story).archived).toBeUndefined();
    expect(story.decide(command("AddComment", { commentId: uuid(1), text: "late" }))).toHaveLength(1);
  });
});

describe("an incident is due", () => {
  const nobodyHasGone = { hasGone: () => false };
  const endedAt = minutesLater(3);
  const at = (days: number) => ({ now: addDays(endedAt, days), days: 90, ...nobodyHasGone });

  it("so many days after its end, and never before it has ended", () => {
    expect([89.9, 90].map((days) => isDue(incidentOf(ended()), at(days)))).toEqual([false, true]);
    expect(isDue(incidentOf(declared()), at(900))).toBe(false);
  });

  it("again so many days after it was brought back", () => {
    const story = archived().do(command("RestoreIncident"), { at: addDays(endedAt, 100) });
    expect([101, 189, 190].map((days) => isDue(incidentOf(story), at(days)))).toEqual([false, false, true]);
  });

  it("behind the incident that it was merged into", () => {
    const merged = incidentOf(declared().do(command("MergeInto", { into: { incidentId: otherId, number: 2 } })));
    expect(isDue(merged, at(900))).toBe(false);
    expect(isDue(merged, { ...at(900), hasGone: (id) => id === otherId })).toBe(true);
  });
});

describe("the rows of an archived incident", () => {
  const changesOf = (story: Story) => {
    const events = story.events;
    const last = events.slice(-1);
    const before = foldIncident(noIncident, events.slice(0, -1));
    return incidentProjection.changes(before, last, story.state);
  };

  it("go but for what lists it, and its number, which leaves the list of all", () => {
    const changes = changesOf(archived({ services: ["payments", "checkout"], commander: "ana" }));
    const kept = changes.filter(({ row }) => row !== undefined);
    expect(kept.map(({ view }) => view)).toEqual(["incident-number", "incident-archive", "incident-retention"]);
    expect(kept[0]?.row).toEqual({ number: 1, incidentId, archived: true });
    expect(kept[2]?.row).toMatchObject({ moves: true });
    const gone = changes.filter(({ row }) => row === undefined).map(({ view }) => view);
    const parts = ["entry", "comment", "summary"].map((part) => `incident-${part}`);
    expect(new Set(gone)).toEqual(new Set(["incident", "incident-service", "incident-participant", ...parts]));
  });

  it("are on no board", () => {
    expect(incidentProjection.tags(archived().state)).toEqual([]);
  });

  it("come back with its return, and live as long as if it had just ended", () => {
    const restoredAt = addDays(start, 200);
    const story = archived().do(command("RestoreIncident"), { at: restoredAt });
    expect(comesBackAtOnce(archived().state, story.state)).toBe(true);
    const changes = changesOf(story);
    const views = changes.filter(({ row }) => row !== undefined).map(({ view }) => view);
    expect(views.filter((view) => view === "incident-entry")).toHaveLength(story.events.length);
    expect(views).toEqual(
      expect.arrayContaining(["incident", "incident-number", "incident-comment", "incident-summary"]),
    );
    expect(changes.find(({ view }) => view === "incident-archive")?.row).toBeUndefined();
    const comment = changes.find(({ view }) => view === "incident-comment")?.row;
    expect(comment).toMatchObject({ expiresAt: addDays(restoredAt, 90) });
    expect(expiryOf("comment", start, incidentOf(story))).toBe(addDays(restoredAt, 90));
  });

  it("are never more than one transaction takes, however many there are", () => {
    const story = declared({ services: ["a", "b"] });
    for (let n = 0; n < 40; n += 1) {
      story.do(command("AssignRole", { personId: `p${n}`, role: "OBSERVER" }));
      story.do(command("AddComment", { commentId: uuid(n + 1), text: "字".repeat(n % 2 === 0 ? 10 : 4_000) }));
    }
    story.do(command("ChangeStatus", { to: "CANCELLED" }));
    story.do(toArchive(story));
    expect(changesOf(story).length).toBeLessThan(97);
    const before = story.state;
    story.do(command("RestoreIncident"));
    const changes = changesOf(story);
    expect(comesBackAtOnce(before, story.state)).toBe(false);
    expect(changes.length).toBeLessThan(97);
    expect(Buffer.byteLength(JSON.stringify(changes))).toBeLessThan(3_000_000);
    // What a fold without parts took away must come back whatever fits.
    expect(changes.filter(({ view }) => view === "incident-participant")).toHaveLength(40);
  });
});

describe("an archive", () => {
  const codec = createCodec(incidentEventFormats);
  const rules = { codec, digest: sha256 };
  const tags = { before: [], after: [] };
  /** The commits of a story, one for each event, with hashes. */
  const commitsOf = ({ events }: Story) =>
    chainEvents(
      events.map(({ hash: _, previousHash: __, ...event }) => event),
      "",
      sha256,
    ).map((event) => ({ version: event.version, tags, events: [event] }));
  const textOf = (story: Story) => {
    const commits = commitsOf(story);
    const folded = foldStored(incidentId, commits, codec);
    if (folded === undefined) throw new Error("not declared");
    return formatArchive(commits, folded);
  };
  /** The text of an archive of which `change` makes another one. */
  const changed = (change: (document: Record<string, unknown>) => void): string => {
    const document = JSON.parse(textOf(ended())) as Record<string, unknown>;
    change(document);
    return JSON.stringify(document);
  };

  it("proves itself, and is the same text whoever makes it", () => {
    expect(parseArchive(textOf(ended()), rules)).toMatchObject({ incidentId, reference: "INC-1", through: 4 });
    expect(textOf(ended())).toBe(textOf(ended()));
  });

  it("shows what readers saw: incident, timeline, comments, summaries", () => {
    expect(JSON.parse(textOf(ended()))).toMatchObject({
      incident: { title: "Payments fail", status: "CANCELLED" },
      timeline: [
        { kind: "DECLARED" },
        { kind: "COMMENT_ADDED" },
        { kind: "SUMMARY_ATTACHED" },
        { kind: "STATUS_CHANGED" },
      ],
      comments: [{ text: "said" }],
      summaries: [{ text: "so far" }],
    });
  });

  it.each<[string, (document: Record<string, unknown>) => void, RegExp]>([
    [
      "an event was altered",
      (document) => void (eventAt(document, 1)["data"] = { commentId: uuid(9), text: "never" }),
      /version 2 is not the event that was written/,
    ],
    ["a commit is missing", ({ commits }) => void (commits as unknown[]).splice(1, 1), /lacks version 2/],
    ["the end is missing", ({ commits }) => void (commits as unknown[]).pop(), /ends with version 3, not 4/],
    [
      "events are exchanged",
      (document) => void (eventAt(document, 1)["previousHash"] = "x"),
      /version 2 is not the event that follows/,
    ],
    ["it shows something else", (document) => void (document["incident"] = {}), /not what its commits say/],
    ["a field is missing", (document) => delete document["commits"], /cannot be read/],
    [
      "an event is of another incident",
      (document) => void (eventAt(document, 0)["streamId"] = `Incident-${otherId}`),
      /version 1/,
    ],
  ])("is refused where %s", (_what, change, problem) => {
    expect(() => parseArchive(changed(change), rules)).toThrow(ArchiveError);
    expect(() => parseArchive(changed(change), rules)).toThrow(problem);
  });

  it("is refused where it is no JSON", () => {
    expect(() => parseArchive("half an arch", rules)).toThrow(/cannot be read/);
  });

  it("may begin with events of the time before there were hashes", () => {
    const unhashed = ended().events.map((event) => ({ ...event, hash: "", previousHash: "" }));
    const commits = unhashed.map((event) => ({ version: event.version, tags, events: [event] }));
    const folded = foldStored(incidentId, commits, codec);
    if (folded === undefined) throw new Error("not declared");
    expect(parseArchive(formatArchive(commits, folded), rules)).toMatchObject({ through: 4, hash: "" });
  });
});

function eventAt(document: Record<string, unknown>, index: number): Record<string, unknown> {
  const { events } = (document["commits"] as { events: Record<string, unknown>[] }[])[index] ?? {};
  const [event] = events ?? [];
  if (event === undefined) throw new Error(`no commit ${index}`);
  return event;
}

it("a decider that is asked as nobody in particular restores for those who may see it only", () => {
  const story = archived({ services: ["payments"] });
  const context = { streamId: `Incident-${incidentId}`, now: start, actor: { kind: "USER", id: "x" } as const };
  expect(() =>
    incidentDecider.decide(command("RestoreIncident"), story.state, { ...context, scope: ["other"] }),
  ).toThrow(/does not exist/);
});
