/** The rules of one incident. */
import { describe, expect, it } from "vitest";
import { incidentStatuses, limits, transitions } from "../../../src/domain/incidents/index.js";
import type { IncidentStatus } from "../../../src/domain/incidents/index.js";
import {
  ForbiddenError,
  InvalidTransitionError,
  NotFoundError,
  UnavailableError,
  ValidationError,
} from "../../../src/domain/kernel/errors.js";
import {
  Story,
  ana,
  ben,
  command,
  declaration,
  declared,
  incidentOf,
  minutesLater,
  otherId,
  start,
  uuid,
} from "../../support/incidents.js";

const status = (to: IncidentStatus, more: Record<string, unknown> = {}) => command("ChangeStatus", { to, ...more });

/** The shortest way from OPEN to each status that a change of status can reach. */
const wayTo: Partial<Record<IncidentStatus, IncidentStatus[]>> = {
  OPEN: [],
  ACKNOWLEDGED: ["ACKNOWLEDGED"],
  INVESTIGATING: ["INVESTIGATING"],
  MITIGATED: ["MITIGATED"],
  RESOLVED: ["RESOLVED"],
  CLOSED: ["RESOLVED", "CLOSED"],
  CANCELLED: ["CANCELLED"],
};

const inStatus = (target: IncidentStatus): Story => {
  const story = declared();
  for (const step of wayTo[target] ?? []) story.do(status(step));
  return story;
};

describe("declaring", () => {
  it("opens the incident, with its commander as a participant", () => {
    const incident = incidentOf(declared({ commander: "ben" }));
    expect(incident).toMatchObject({ status: "OPEN", severity: "P1", services: ["payment-service"], version: 2 });
    expect(incident.participants).toMatchObject([{ personId: "ben", roles: ["COMMANDER"] }]);
  });

  it("may be backdated, and then the incident began at that time", () => {
    const incident = incidentOf(new Story().do(declaration({ occurredAt: "2025-01-15T11:00:00+01:00" })));
    expect(incident.milestones.startedAt).toBe("2025-01-15T10:00:00.000Z");
    expect(incident.declaredAt).toBe(start);
  });

  it("refuses a time in the future", () => {
    expect(() => new Story().do(declaration({ occurredAt: minutesLater(5) }))).toThrow(
      /occurredAt: must not lie in the future/,
    );
  });

  it("does nothing the second time", () => {
    expect(declared().decide(declaration())).toEqual([]);
  });

  it("comes before everything else", () => {
    expect(() => new Story().decide(status("ACKNOWLEDGED"))).toThrow(NotFoundError);
  });
});

describe("changing the status", () => {
  const reachable = incidentStatuses.filter((from) => from !== "MERGED");
  const pairs = reachable
    .flatMap((from) => incidentStatuses.map((to) => [from, to] as const))
    .filter(([from, to]) => from !== to);

  it.each(pairs)("from %s to %s follows the stated table", (from, to) => {
    const story = inStatus(from);
    if (transitions[from].includes(to)) {
      expect(story.decide(status(to))).toEqual([{ type: "IncidentStatusChanged", data: { from, to } }]);
    } else {
      expect(() => story.decide(status(to))).toThrow(InvalidTransitionError);
    }
  });

  it("says what is allowed when it refuses", () => {
    const refusal = catchError(() => inStatus("RESOLVED").decide(status("MITIGATED")));
    expect(refusal).toMatchObject({
      code: "INVALID_TRANSITION",
      from: "RESOLVED",
      to: "MITIGATED",
      allowed: ["CLOSED"],
    });
  });

  it("to the present status does nothing", () => {
    expect(inStatus("MITIGATED").decide(status("MITIGATED"))).toEqual([]);
  });

  it("may be backdated, but not before the last change", () => {
    const story = declared().do(status("ACKNOWLEDGED"), { at: minutesLater(10) });
    expect(() => story.decide(status("MITIGATED", { occurredAt: minutesLater(9) }), { at: minutesLater(20) })).toThrow(
      /occurredAt/,
    );
    expect(story.decide(status("MITIGATED", { occurredAt: minutesLater(11) }), { at: minutesLater(20) })).toHaveLength(
      1,
    );
  });
});

describe("milestones", () => {
  it("are absent until they are reached", () => {
    expect(incidentOf(declared()).milestones).toEqual({ startedAt: start });
  });

  it("count a skipped step as done with the next", () => {
    const { milestones } = incidentOf(declared().do(status("RESOLVED"), { at: minutesLater(30) }));
    expect(milestones).toMatchObject({
      acknowledgedAt: minutesLater(30),
      mitigatedAt: minutesLater(30),
      resolvedAt: minutesLater(30),
    });
  });

  it("keep the first time a stage was reached", () => {
    const story = declared()
      .do(status("MITIGATED"), { at: minutesLater(5) })
      .do(status("INVESTIGATING"), { at: minutesLater(9) });
    expect(incidentOf(story.do(status("MITIGATED"), { at: minutesLater(20) })).milestones.acknowledgedAt).toBe(
      minutesLater(5),
    );
  });

  it("run on when the incident is reopened, except for when it was first taken up", () => {
    const story = declared()
      .do(status("RESOLVED"), { at: minutesLater(5) })
      .do(command("Reopen", { reason: "again" }), { at: minutesLater(9) });
    expect(incidentOf(story)).toMatchObject({
      status: "OPEN",
      milestones: { startedAt: start, acknowledgedAt: minutesLater(5) },
    });
    expect(incidentOf(story).milestones).not.toHaveProperty("resolvedAt");
  });
});

describe("times", () => {
  it("that a fast clock puts a little ahead count as now", () => {
    const story = new Story().do(declaration({ occurredAt: minutesLater(0.9) }), { at: start });
    expect(incidentOf(story).milestones.startedAt).toBe(start);
  });

  it("never run backwards, though another server's clock was ahead", () => {
    const story = declared().do(status("MITIGATED"), { at: minutesLater(10) });
    story
      .do(status("RESOLVED"), { at: minutesLater(9) })
      .do(command("Reopen", { reason: "again" }), { at: minutesLater(8) });
    expect(story.events.slice(1).map(({ occurredAt }) => occurredAt)).toEqual([
      minutesLater(10),
      minutesLater(10),
      minutesLater(10),
    ]);
  });
});

describe("reopening", () => {
  it.each(["RESOLVED", "CLOSED"] as const)("is possible from %s", (from) => {
    expect(inStatus(from).decide(command("Reopen", { reason: "again" }))).toMatchObject([
      { type: "IncidentReopened", data: { from } },
    ]);
  });

  it.each(["ACKNOWLEDGED", "MITIGATED", "CANCELLED"] as const)("is refused from %s", (from) => {
    expect(() => inStatus(from).decide(command("Reopen", { reason: "again" }))).toThrow(InvalidTransitionError);
  });
});

describe("roles", () => {
  const assign = (personId: string, role: string) => command("AssignRole", { personId, role });

  it("may be several for one person", () => {
    const story = declared().do(assign("ben", "SCRIBE")).do(assign("ben", "COMMS"));
    expect(incidentOf(story).participants).toMatchObject([{ personId: "ben", roles: ["SCRIBE", "COMMS"] }]);
  });

  it("know one commander at a time", () => {
    expect(() => declared({ commander: "ben" }).decide(assign("ana", "COMMANDER"))).toThrow(/ben is COMMANDER/);
  });

  it("are handed over in one step, and who has none left is no participant any more", () => {
    const story = declared({ commander: "ben" }).do(
      command("HandOverRole", { role: "COMMANDER", from: "ben", to: "ana" }),
    );
    expect(incidentOf(story).participants).toMatchObject([{ personId: "ana", roles: ["COMMANDER"] }]);
  });

  it("cannot be handed over by who does not have them", () => {
    expect(() => declared().decide(command("HandOverRole", { role: "SCRIBE", from: "ben", to: "ana" }))).toThrow(
      /ben is not SCRIBE/,
    );
  });

  it("are bounded", () => {
    const story = declared();
    for (let n = 0; n < limits.participants; n += 1) story.do(assign(`person-${n}`, "OBSERVER"), { at: start });
    expect(() => story.decide(assign("one-more", "OBSERVER"), { at: start })).toThrow(ValidationError);
  });
});

describe("services, labels and details", () => {
  it("keep at least one service", () => {
    expect(() => declared().decide(command("RemoveService", { service: "payment-service" }))).toThrow(
      /at least one service/,
    );
  });

  it("change labels only where they differ", () => {
    const story = declared({ labels: { team: "payments", region: "eu" } });
    expect(story.decide(command("ChangeLabels", { set: { team: "payments" }, remove: ["none"] }))).toEqual([]);
    const changed = story.do(command("ChangeLabels", { set: { team: "core" }, remove: ["region"] }));
    expect(incidentOf(changed).labels).toEqual({ team: "core" });
  });

  it("tell how title and description changed", () => {
    expect(declared().decide(command("ChangeDetails", { title: "Payments are slow", description: "" }))).toEqual([
      { type: "IncidentDetailsChanged", data: { title: { from: "Payments fail", to: "Payments are slow" } } },
    ]);
  });
});

describe("comments", () => {
  const commented = () =>
    declared().do(command("AddComment", { commentId: uuid(9), text: "first" }), { by: ana, at: minutesLater(1) });
  const ref = { id: uuid(9), at: minutesLater(1) };
  const comment = (story: Story) => story.state.comments.get(uuid(9));

  it("keep their earlier texts when edited", () => {
    const story = commented().do(command("EditComment", { comment: ref, text: "second" }), { at: minutesLater(2) });
    expect(comment(story)).toMatchObject({
      text: "second",
      revisions: [{ text: "first", replacedAt: minutesLater(2) }],
    });
  });

  it("are changed by their author alone", () => {
    expect(() => commented().decide(command("EditComment", { comment: ref, text: "x" }), { by: ben })).toThrow(
      ForbiddenError,
    );
    expect(() => commented().decide(command("DeleteComment", { comment: ref }), { by: ben })).toThrow(ForbiddenError);
  });

  it("show no text once deleted, while the event keeps it", () => {
    const story = commented().do(command("DeleteComment", { comment: ref }));
    expect(comment(story)).not.toHaveProperty("text");
    expect(comment(story)?.revisions).toEqual([]);
    expect(story.events.at(-1)).toMatchObject({ type: "IncidentCommentDeleted", data: { text: "first" } });
    expect(incidentOf(story).commentCount).toBe(0);
    expect(story.decide(command("DeleteComment", { comment: ref }))).toEqual([]);
    expect(() => story.decide(command("EditComment", { comment: ref, text: "x" }))).toThrow(/deleted/);
  });

  it("can be promoted to the timeline, at the time they were made", () => {
    const story = commented().do(command("PromoteComment", { comment: ref, keyMoment: true }), {
      at: minutesLater(30),
    });
    expect(story.events.at(-1)).toMatchObject({
      occurredAt: minutesLater(1),
      data: { text: "first", keyMoment: true },
    });
  });

  it("are named by their time too: a made-up one names nothing", () => {
    const forged = { id: uuid(9), at: minutesLater(2) };
    expect(() => commented().decide(command("EditComment", { comment: forged, text: "x" }))).toThrow(NotFoundError);
    const entry = { id: commented().events[0]?.eventId, at: minutesLater(7) };
    expect(() => commented().decide(command("PinEntry", { entry }))).toThrow(NotFoundError);
  });

  it("must exist", () => {
    expect(() => declared().decide(command("EditComment", { comment: ref, text: "x" }))).toThrow(NotFoundError);
  });
});

describe("the timeline", () => {
  it("takes entries that happened earlier", () => {
    const story = declared().do(command("RecordEntry", { text: "alert fired", occurredAt: minutesLater(-5) }), {
      at: minutesLater(3),
    });
    const [newest, oldest] = incidentOf(story).latestEntries;
    expect(newest?.kind).toBe("DECLARED");
    expect(oldest).toMatchObject({ kind: "NOTE", occurredAt: minutesLater(-5), recordedAt: minutesLater(3) });
  });

  it("keeps the five newest entries with the incident", () => {
    const story = declared();
    for (let n = 1; n <= 7; n += 1) story.do(command("RecordEntry", { text: `note ${n}` }));
    expect(incidentOf(story).latestEntries.map(({ description }) => description)).toEqual([
      "note 7",
      "note 6",
      "note 5",
      "note 4",
      "note 3",
    ]);
    expect(incidentOf(story).entryCount).toBe(8);
  });

  it("pins and unpins", () => {
    const story = declared().do(command("RecordEntry", { text: "cause found" }));
    const entry = { id: story.events[1]?.eventId, at: story.events[1]?.occurredAt };
    story.do(command("PinEntry", { entry }));
    expect(story.state.entries.get(entry.id ?? "")?.pinned).toBe(true);
    expect(story.decide(command("PinEntry", { entry }))).toEqual([]);
    expect(story.do(command("UnpinEntry", { entry })).state.entries.get(entry.id ?? "")?.pinned).toBe(false);
    expect(() => story.decide(command("PinEntry", { entry: { id: uuid(5), at: start } }))).toThrow(NotFoundError);
  });
});

describe("merging", () => {
  const into = { incidentId: otherId, number: 2 };

  it("ends the source and keeps the way back", () => {
    const story = inStatus("INVESTIGATING").do(command("MergeInto", { into }));
    expect(incidentOf(story)).toMatchObject({
      status: "MERGED",
      mergedInto: { ...into, statusBefore: "INVESTIGATING" },
    });
    story.do(command("Unmerge", { from: into }));
    expect(incidentOf(story).status).toBe("INVESTIGATING");
    expect(incidentOf(story)).not.toHaveProperty("mergedInto");
  });

  it("is taken back from the incident that it is merged into, and from no other", () => {
    const story = declared().do(command("MergeInto", { into }));
    const elsewhere = { incidentId: uuid(77), number: 7 };
    expect(() => story.decide(command("Unmerge", { from: elsewhere }))).toThrow(UnavailableError);
  });

  it.each(["CLOSED", "CANCELLED"] as const)("is refused for a source that is %s", (from) => {
    expect(() => inStatus(from).decide(command("MergeInto", { into }))).toThrow(InvalidTransitionError);
  });

  it.each(["RESOLVED", "CLOSED", "CANCELLED"] as const)("is refused for a target that is %s", (target) => {
    expect(() => inStatus(target).decide(command("ReceiveMerge", { source: into }))).toThrow(InvalidTransitionError);
  });

  it("names its sources on the target until undone", () => {
    const story = declared().do(command("ReceiveMerge", { source: into }));
    expect(incidentOf(story).mergedIncidents).toEqual([into]);
    expect(incidentOf(story.do(command("UndoMerge", { source: into }))).mergedIncidents).toEqual([]);
  });
});

describe("links, follow-ups and post-mortems", () => {
  it("refuse a link to the incident itself, and one that is there", () => {
    const link = (target: string) => command("AddLink", { linkId: uuid(3), kind: "INCIDENT", target });
    expect(() => declared().decide(link("01943a5c-0000-7000-8000-000000000001"))).toThrow(/another incident/);
    expect(declared().do(link(otherId)).decide(link(otherId))).toEqual([]);
  });

  it("change, complete and reopen a follow-up", () => {
    const followUpId = uuid(4);
    const story = declared().do(command("AddFollowUp", { followUpId, title: "Alert on queue age", owner: "ben" }));
    story.do(command("ChangeFollowUp", { followUpId, owner: null, dueAt: minutesLater(600) }));
    expect(incidentOf(story).followUps).toMatchObject([{ title: "Alert on queue age", dueAt: minutesLater(600) }]);
    expect(incidentOf(story).followUps[0]?.owner).toBeUndefined();
    story.do(command("CompleteFollowUp", { followUpId }), { at: minutesLater(50) });
    expect(incidentOf(story).followUps[0]?.completedAt).toBe(minutesLater(50));
    expect(story.decide(command("CompleteFollowUp", { followUpId }))).toEqual([]);
    expect(incidentOf(story.do(command("ReopenFollowUp", { followUpId }))).followUps[0]).not.toHaveProperty(
      "completedAt",
    );
    expect(() => story.decide(command("CompleteFollowUp", { followUpId: uuid(99) }))).toThrow(NotFoundError);
  });

  it("attach the same post-mortem once", () => {
    const postmortem = command("AttachPostmortem", {
      title: "What we learned",
      bytes: 3,
      digest: "abc",
      content: "abc",
    });
    const story = declared().do(postmortem);
    expect(incidentOf(story).postmortem).toMatchObject({ title: "What we learned", digest: "abc" });
    expect(story.decide(postmortem)).toEqual([]);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
