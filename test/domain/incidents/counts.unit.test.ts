/** The counts of incidents by status: what they fold to is what the incidents themselves say. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { incidentCountsProjection, incidentStatuses, noIncidents } from "../../../src/domain/incidents/index.js";
import type { IncidentCounts, IncidentEvent } from "../../../src/domain/incidents/index.js";
import { DomainError } from "../../../src/domain/kernel/errors.js";
import type { Recorded } from "../../../src/domain/kernel/event.js";
import { Story, command, declaration, incidentOf, otherId } from "../../support/incidents.js";

const moves = fc.oneof(
  fc.constantFrom(...incidentStatuses).map((to) => command("ChangeStatus", { to })),
  fc.constant(command("Reopen", { reason: "again" })),
  fc.constant(command("MergeInto", { into: { incidentId: otherId, number: 2 } })),
  fc.constant(command("Unmerge", { from: { incidentId: otherId, number: 2 } })),
  fc.constant(command("RecordEntry", { text: "noted" })),
);

function storyOf(steps: readonly ReturnType<typeof command>[]): Story {
  const story = new Story().do(declaration());
  for (const step of steps) {
    try {
      story.do(step);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return story;
}

function count(events: readonly Recorded<IncidentEvent>[]): IncidentCounts {
  const entries = events.map((event, index) => ({
    log: 0,
    position: index + 1,
    event,
    tags: { before: [], after: [] },
  }));
  return entries
    .filter((entry) => incidentCountsProjection.keys(entry).includes("all"))
    .reduce((row, entry) => incidentCountsProjection.apply(row, entry, "all") ?? noIncidents, noIncidents);
}

it("count every incident in the status that it is in, whatever it went through, in whatever order streams come", () => {
  fc.assert(
    fc.property(fc.array(fc.array(moves, { maxLength: 15 }), { maxLength: 5 }), fc.nat(), (courses, turn) => {
      const stories = courses.map(storyOf);
      const expected = { ...noIncidents };
      for (const story of stories) expected[incidentOf(story).status] += 1;
      const streams = stories.map(({ events }) => [...events]);
      const interleaved: Recorded<IncidentEvent>[] = [];
      for (let step = turn; streams.some((stream) => stream.length > 0); step += 1) {
        const next = streams[step % streams.length]?.shift();
        if (next !== undefined) interleaved.push(next);
      }
      expect(count(interleaved)).toEqual(expected);
    }),
  );
});

it("pass over events that move no incident, and those of other streams", () => {
  const noted = storyOf([command("RecordEntry", { text: "noted" })]).events[1];
  if (noted === undefined) throw new Error("no event");
  const entry = { log: 0, position: 1, event: noted, tags: { before: [], after: [] } };
  expect(incidentCountsProjection.keys(entry)).toEqual([]);
  const foreign = { ...entry, event: { ...noted, type: "IncidentDeclared", streamId: "Batch-1" } };
  expect(incidentCountsProjection.keys(foreign)).toEqual([]);
});

it("leave out what is in the archive, and count it again when it is back", () => {
  const story = storyOf([command("ChangeStatus", { to: "CANCELLED" })]);
  story.do(command("ArchiveIncident", { objectKey: "archive/a", digest: "d", bytes: 1, events: 2, through: 2 }));
  expect(count(story.events)).toEqual(noIncidents);
  story.do(command("RestoreIncident"));
  expect(count(story.events)).toEqual({ ...noIncidents, CANCELLED: 1 });
});
