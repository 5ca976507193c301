/** Incidents as they were, from the log alone; and what changed between two moments. */
import { describe, expect, it } from "vitest";
import {
  compareIncidents,
  createIncidentHistory,
  foldIncident,
  noIncident,
} from "../../../src/domain/incidents/index.js";
import { evolve } from "../../../src/domain/incidents/evolve.js";
import type { Commit } from "../../../src/domain/kernel/event.js";
import { ValidationError } from "../../../src/domain/kernel/errors.js";
import {
  Story,
  command,
  declaration,
  declared,
  incidentId,
  minutesLater,
  otherId,
  uuid,
} from "../../support/incidents.js";

/** A log of these stories, each of its events a commit of its own, or in commits of `commitSize`. */
function historyOf(stories: readonly Story[], commitSize = 1) {
  const commits = stories.flatMap(({ events }): Commit[] =>
    Array.from({ length: Math.ceil(events.length / commitSize) }, (_, index) => {
      const held = events.slice(index * commitSize, (index + 1) * commitSize);
      const [first] = held;
      if (first === undefined) throw new Error("a commit holds events");
      return { streamId: first.streamId, version: first.version, events: held, tags: { before: [], after: [] } };
    }),
  );
  let read = 0;
  const history = createIncidentHistory({
    eventStore: {
      async *readStream(streamId, { fromVersion = 1, toVersion = Number.MAX_SAFE_INTEGER } = {}) {
        for (const commit of commits) {
          const last = commit.version + commit.events.length - 1;
          if (commit.streamId !== streamId || last < fromVersion || commit.version > toVersion) continue;
          read += 1;
          yield commit;
        }
      },
    },
  });
  return { history, commitsRead: () => read };
}

/** One event a minute, from the declaration on. */
const story = () =>
  declared({ labels: { region: "eu" } })
    .do(command("AddComment", { commentId: uuid(1), text: "first" }))
    .do(command("ChangeStatus", { to: "ACKNOWLEDGED" }))
    .do(command("EditComment", { comment: { id: uuid(1), at: minutesLater(1) }, text: "second" }))
    .do(command("AttachSummary", { summaryId: uuid(2), text: "so far", source: "HUMAN" }))
    .do(command("ChangeStatus", { to: "RESOLVED" }));

const version = (n: number) => ({ kind: "version", version: n }) as const;
const time = (minutes: number) => ({ kind: "time", time: minutesLater(minutes) }) as const;

describe("folding many events", () => {
  it("gives what folding them one by one gives", () => {
    const { events } = story().do(command("PinEntry", { entry: { id: uuid(1_001), at: minutesLater(0) } }));
    expect(foldIncident(noIncident, events)).toEqual(events.reduce(evolve, noIncident));
  });

  it("of ten thousand events is done in a moment", () => {
    const long = declared();
    const template = story().events[1];
    if (template === undefined) throw new Error("the story has a comment");
    const events = [
      ...long.events,
      ...Array.from({ length: 10_000 }, (_, n) => ({ ...template, eventId: uuid(9_000 + n), version: n + 2 })),
    ];
    const began = performance.now();
    expect(foldIncident(noIncident, events).incident?.entryCount).toBe(10_001);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("an incident at a version", () => {
  it("is what its events up to there made of it", async () => {
    const { events } = story();
    const { history } = historyOf([story()]);
    for (let n = 1; n <= events.length; n += 1) {
      const past = await history.at(incidentId, version(n), "asOf.version");
      expect(past?.incident).toEqual(foldIncident(noIncident, events.slice(0, n)).incident);
    }
  });

  it("may lie inside a commit, and nothing behind it is read", async () => {
    const { history, commitsRead } = historyOf([story()], 2);
    expect((await history.at(incidentId, version(3), "asOf.version"))?.incident).toMatchObject({
      version: 3,
      status: "ACKNOWLEDGED",
    });
    expect(commitsRead()).toBe(2);
  });

  it("that does not exist yet is refused; before the declaration, and where there is no incident, is nothing", async () => {
    const { history } = historyOf([story()]);
    await expect(history.at(incidentId, version(7), "asOf.version")).rejects.toThrow(
      "asOf.version: must be at most 6, the incident's present version",
    );
    expect(await history.at(incidentId, version(0), "asOf.version")).toBeUndefined();
    expect(await history.at(otherId, version(3), "asOf.version")).toBeUndefined();
  });
});

describe("an incident at a time", () => {
  it("is what was recorded up to then", async () => {
    const { history } = historyOf([story()]);
    expect((await history.at(incidentId, time(2), "asOf.time"))?.incident.version).toBe(3);
    expect((await history.at(incidentId, time(2.5), "asOf.time"))?.incident.version).toBe(3);
    expect((await history.at(incidentId, time(99), "asOf.time"))?.incident.version).toBe(6);
    expect(await history.at(incidentId, time(-1), "asOf.time")).toBeUndefined();
  });

  it("ends before the first event that was recorded later, also where the clock of a later one was behind", async () => {
    const skewed = declared()
      .do(command("ChangeStatus", { to: "ACKNOWLEDGED" }), { at: minutesLater(10) })
      .do(command("AddComment", { commentId: uuid(1), text: "behind" }), { at: minutesLater(5) });
    const { history } = historyOf([skewed]);
    expect((await history.at(incidentId, time(6), "asOf.time"))?.incident.version).toBe(1);
    expect((await history.at(incidentId, time(10), "asOf.time"))?.incident.version).toBe(3);
  });
});

describe("the parts of a past incident", () => {
  const all = { first: 100 };

  it("are as they were then", async () => {
    const { history } = historyOf([story()]);
    const then = (await history.at(incidentId, version(2), "asOf.version"))?.past;
    const later = (await history.at(incidentId, version(5), "asOf.version"))?.past;
    const texts = async (past: typeof then) =>
      (await past?.listComments(incidentId, all))?.rows.map(({ row }) => row.text);
    expect(await texts(then)).toEqual(["first"]);
    expect(await texts(later)).toEqual(["second"]);
    expect((await then?.listSummaries(incidentId, all))?.rows).toEqual([]);
    expect((await later?.listSummaries(incidentId, all))?.rows).toMatchObject([{ row: { text: "so far" } }]);
    const kinds = (await later?.listRecords(incidentId, all))?.rows.map(({ row }) => row.kind);
    expect(kinds).toEqual(["comment", "entry", "entry", "entry", "entry", "entry", "incident", "summary"]);
  });

  it("are paged in the order of the present lists, forward and backward in time, each once", async () => {
    const past = (await historyOf([story()]).history.at(incidentId, version(6), "asOf.version"))?.past;
    for (const order of ["NEWEST_FIRST", "OLDEST_FIRST"] as const) {
      const versions: number[] = [];
      let after: string | undefined;
      for (;;) {
        const page = await past?.listTimeline({ incidentIds: [incidentId], order, first: 4, after });
        versions.push(...(page?.rows.map(({ row }) => row.version) ?? []));
        after = page?.rows.at(-1)?.cursor;
        if (page?.hasMore !== true) break;
      }
      expect(versions).toEqual(order === "OLDEST_FIRST" ? [1, 2, 3, 4, 5, 6] : [6, 5, 4, 3, 2, 1]);
    }
    const statuses = { incidentIds: [incidentId], order: "OLDEST_FIRST", kinds: ["STATUS_CHANGED"], first: 9 } as const;
    expect((await past?.listTimeline(statuses))?.rows.map(({ row }) => row.version)).toEqual([3, 6]);
    expect((await past?.listTimeline({ ...statuses, since: minutesLater(3) }))?.rows).toHaveLength(1);
    expect((await past?.listTimeline({ ...statuses, actor: "nobody" }))?.rows).toEqual([]);
  });

  it("of other incidents on the same timeline are as of the same time", async () => {
    const other = new Story(otherId)
      .do(declaration({ number: 2 }))
      .do(command("AddComment", { commentId: uuid(7), text: "early" }), { at: minutesLater(1) })
      .do(command("AddComment", { commentId: uuid(8), text: "late" }), { at: minutesLater(4) });
    const past = (await historyOf([story(), other]).history.at(incidentId, version(3), "asOf.version"))?.past;
    const page = await past?.listTimeline({ incidentIds: [incidentId, otherId], order: "OLDEST_FIRST", first: 100 });
    expect(page?.rows.map(({ row }) => [row.incidentId, row.version])).toEqual(
      expect.arrayContaining([
        [otherId, 1],
        [otherId, 2],
        [incidentId, 3],
      ]),
    );
    expect(page?.rows).toHaveLength(5);
    expect((await past?.getIncident(otherId))?.commentCount).toBe(1);
    const [comment] = (await past?.getComments([{ incidentId: otherId, id: uuid(8), at: minutesLater(4) }])) ?? [];
    expect(comment).toBeUndefined();
  });
});

describe("what changed between two moments", () => {
  const changes = async (told: Story, from: number, to: number) => {
    const span = await historyOf([told]).history.between(incidentId, version(from), version(to));
    if (span === undefined) throw new Error("the incident is declared");
    return compareIncidents(span.before?.folded, span.after.folded).map(
      ({ path, before, after }) => [path.join("."), before, after] as const,
    );
  };

  it("is each field with its value before and after, without what every event changes", async () => {
    expect(await changes(story(), 2, 4)).toEqual([
      ["status", "OPEN", "ACKNOWLEDGED"],
      ["milestones.acknowledgedAt", undefined, minutesLater(2)],
      [`comments.${uuid(1)}.text`, "first", "second"],
      [`comments.${uuid(1)}.revisions`, [], [{ text: "first", replacedAt: minutesLater(3) }]],
      [`comments.${uuid(1)}.editedAt`, undefined, minutesLater(3)],
    ]);
  });

  it("is nothing between a moment and itself, and for what was undone in between", async () => {
    expect(await changes(story(), 3, 3)).toEqual([]);
    const undone = declared()
      .do(command("AddService", { service: "b" }))
      .do(command("RemoveService", { service: "b" }));
    expect(await changes(undone, 1, 3)).toEqual([]);
  });

  it("tells elements of lists by their ids: whole where they came or went", async () => {
    const told = declared({ labels: { region: "eu", team: "pay" } })
      .do(command("AssignRole", { personId: "ben", role: "RESPONDER" }))
      .do(command("ChangeLabels", { set: { region: "us" }, remove: ["team"] }))
      .do(command("AssignRole", { personId: "ben", role: "SCRIBE" }))
      .do(command("AddFollowUp", { followUpId: uuid(3), title: "Fix it", priority: "HIGH" }))
      .do(command("CompleteFollowUp", { followUpId: uuid(3) }))
      .do(command("PinEntry", { entry: { id: uuid(1_001), at: minutesLater(0) } }))
      .do(command("ReleaseRole", { personId: "ben", role: "SCRIBE" }))
      .do(command("ReleaseRole", { personId: "ben", role: "RESPONDER" }));
    expect(await changes(told, 2, 5)).toMatchObject([
      ["labels.region", "eu", "us"],
      ["labels.team", "pay", undefined],
      ["participants.ben.roles", ["RESPONDER"], ["RESPONDER", "SCRIBE"]],
      [`followUps.${uuid(3)}`, undefined, { title: "Fix it" }],
    ]);
    expect(await changes(told, 5, 9)).toMatchObject([
      ["participants.ben", { roles: ["RESPONDER", "SCRIBE"] }, undefined],
      [`followUps.${uuid(3)}.completedAt`, undefined, minutesLater(5)],
      [`pinnedEntries.${uuid(1_001)}`, undefined, "Declared INC-1 as P1: Payments fail"],
    ]);
  });

  it("is everything that it has, where it begins before the declaration", async () => {
    expect(await changes(declared({ labels: { region: "eu" } }), 0, 1)).toEqual([
      ["title", undefined, "Payments fail"],
      ["status", undefined, "OPEN"],
      ["severity", undefined, "P1"],
      ["services", [], ["payment-service"]],
      ["labels.region", undefined, "eu"],
      ["milestones.startedAt", undefined, minutesLater(0)],
    ]);
  });

  it("is refused where the moments are the wrong way round", async () => {
    const { history } = historyOf([story()]);
    for (const [from, to] of [
      [version(4), version(3)],
      [time(4), time(3)],
      [version(6), time(2)],
    ] as const) {
      await expect(history.between(incidentId, from, to)).rejects.toThrow(ValidationError);
    }
    expect(await history.between(otherId, version(0), version(3))).toBeUndefined();
    expect((await history.between(incidentId, time(4), version(3)))?.events).toEqual([]);
  });
});
