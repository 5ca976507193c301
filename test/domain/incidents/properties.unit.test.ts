/** What holds for any course of an incident, whatever commands come in whatever order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  incidentDecider,
  incidentEventFormats,
  incidentProjection,
  incidentRoles,
  incidentStatuses,
  latestEntryCount,
  severities,
} from "../../../src/domain/incidents/index.js";
import type { IncidentCommand } from "../../../src/domain/incidents/index.js";
import { createCodec } from "../../../src/domain/kernel/codec.js";
import { DomainError } from "../../../src/domain/kernel/errors.js";
import { deciderProperties } from "../../support/deciderProperties.js";
import {
  Story,
  ana,
  ben,
  command,
  declaration,
  incidentId,
  incidentOf,
  minutesLater,
  otherId,
  uuid,
} from "../../support/incidents.js";

const person = fc.constantFrom("ana", "ben", "chloe");
const service = fc.constantFrom("pay", "cart", "search");
const small = fc.integer({ min: 1, max: 4 });
const comment = fc.record({ id: small.map((n) => uuid(n)), at: fc.integer({ min: 1, max: 20 }).map(minutesLater) });

/** Any command but a declaration; many will be refused, which is part of the point. */
const anyCommand: fc.Arbitrary<IncidentCommand> = fc.oneof(
  fc.constantFrom(...incidentStatuses).map((to) => command("ChangeStatus", { to })),
  fc.constant(command("Reopen", { reason: "again" })),
  fc.constantFrom(...severities).map((to) => command("ChangeSeverity", { to, reason: "looked closer" })),
  fc
    .string({ minLength: 1 })
    .filter((text) => /\w/.test(text) && !/[^\w ]/.test(text))
    .map((title) => command("ChangeDetails", { title })),
  service.map((name) => command("AddService", { service: name })),
  service.map((name) => command("RemoveService", { service: name })),
  fc
    .tuple(person, fc.constantFrom(...incidentRoles))
    .map(([personId, role]) => command("AssignRole", { personId, role })),
  fc
    .tuple(person, fc.constantFrom(...incidentRoles))
    .map(([personId, role]) => command("ReleaseRole", { personId, role })),
  small.map((n) => command("AddComment", { commentId: uuid(n), text: `comment ${n}` })),
  comment.map((ref) => command("EditComment", { comment: ref, text: "edited" })),
  comment.map((ref) => command("DeleteComment", { comment: ref })),
  small.map((n) => command("AddFollowUp", { followUpId: uuid(n), title: `task ${n}` })),
  small.map((n) => command("CompleteFollowUp", { followUpId: uuid(n) })),
  small.map((n) => command("ReopenFollowUp", { followUpId: uuid(n) })),
  small.map((n) => command("AddLink", { linkId: uuid(n), kind: "INCIDENT", target: otherId })),
  small.map((n) => command("RemoveLink", { linkId: uuid(n) })),
  small.map((n) => command("RecordEntry", { text: `noted ${n}` })),
  comment.map((ref) => command("PromoteComment", { comment: ref })),
  comment.map((ref) => command("PinEntry", { entry: ref })),
  comment.map((ref) => command("UnpinEntry", { entry: ref })),
  fc
    .tuple(service, fc.constantFrom("a", "b"))
    .map(([name, value]) => command("ChangeLabels", { set: { [name]: value }, remove: ["old"] })),
  fc
    .tuple(person, person, fc.constantFrom(...incidentRoles))
    .filter(([from, to]) => from !== to)
    .map(([from, to, role]) => command("HandOverRole", { from, to, role })),
  small.map((n) => command("AttachSummary", { summaryId: uuid(n), text: `summary ${n}` })),
  small.map((n) => command("ChangeFollowUp", { followUpId: uuid(n), owner: "chloe" })),
  small.map((n) =>
    command("AttachPostmortem", { title: `findings ${n}`, bytes: 4, digest: `${n}`.repeat(64), content: "text" }),
  ),
  fc.constant(command("MergeInto", { into: { incidentId: otherId, number: 2 } })),
  fc.constant(command("Unmerge", { from: { incidentId: otherId, number: 2 } })),
  fc.constant(command("ReceiveMerge", { source: { incidentId: otherId, number: 2 } })),
  fc.constant(command("UndoMerge", { source: { incidentId: otherId, number: 2 } })),
);

const course = fc.array(fc.tuple(anyCommand, fc.constantFrom(ana, ben)), { maxLength: 40 });

deciderProperties("an incident", {
  decider: incidentDecider,
  projection: incidentProjection,
  codec: createCodec(incidentEventFormats),
  streamId: `Incident-${incidentId}`,
  begin: [declaration()],
  commands: anyCommand,
  isDoneOnce: ({ type }) => !["RecordEntry", "PromoteComment", "AttachSummary"].includes(type),
  // The retention worker's job, and what it does.
  viewsOfCommits: ["incident-retention"],
  laterMembers: ["expiresAt"],
});

/** Runs a course; a refusal changes nothing. */
function live(steps: readonly (readonly [IncidentCommand, typeof ana])[]): Story {
  const story = new Story().do(declaration());
  for (const [step, by] of steps) {
    try {
      story.do(step, { by });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return story;
}

describe("for any course of an incident", () => {
  it("versions have no gaps, and the incident knows its last", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const story = live(steps);
        expect(story.events.map(({ version }) => version)).toEqual(story.events.map((_, index) => index + 1));
        expect(incidentOf(story)).toMatchObject({ version: story.events.length, entryCount: story.events.length });
      }),
    );
  });

  it("there is at most one commander, a service at least, and nobody takes part without a role", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const { participants, services } = incidentOf(live(steps));
        expect(participants.filter(({ roles }) => roles.includes("COMMANDER")).length).toBeLessThanOrEqual(1);
        expect(services.length).toBeGreaterThan(0);
        expect(participants.every(({ roles }) => roles.length > 0)).toBe(true);
      }),
    );
  });

  it("milestones are in order", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const { startedAt, acknowledgedAt, mitigatedAt, resolvedAt } = incidentOf(live(steps)).milestones;
        const reached = [startedAt, acknowledgedAt, mitigatedAt, resolvedAt].filter((at) => at !== undefined);
        expect(reached).toEqual([...reached].sort());
      }),
    );
  });

  it("the kept entries are the newest of all", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const story = live(steps);
        const newest = [...story.state.entries.values()].sort((a, b) =>
          `${a.occurredAt}${a.entryId}` < `${b.occurredAt}${b.entryId}` ? 1 : -1,
        );
        expect(incidentOf(story).latestEntries).toEqual(newest.slice(0, latestEntryCount));
      }),
    );
  });

  it("the row of the incident changes with every event, and no row is written that did not change", () => {
    fc.assert(
      fc.property(course, anyCommand, (steps, next) => {
        const story = live(steps);
        const [before, count] = [story.state, story.events.length];
        try {
          story.do(next);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
        }
        const changes = incidentProjection.changes(before, story.events.slice(count), story.state);
        if (story.events.length === count) return;
        expect(changes.filter(({ view }) => view === "incident")).toHaveLength(1);
        expect(changes.filter(({ view }) => view === "incident-entry").length).toBeLessThanOrEqual(
          story.events.length - count + 1,
        );
      }),
    );
  });
});
