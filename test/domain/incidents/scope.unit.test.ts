/** An incident is there for those who have one of its services; for all others it is not. */
import { describe, expect, it } from "vitest";
import { incidentCommandSchemas, incidentDecider } from "../../../src/domain/incidents/index.js";
import type { IncidentCommandType } from "../../../src/domain/incidents/index.js";
import { NotFoundError, NotVisibleError } from "../../../src/domain/kernel/errors.js";
import type { Scope } from "../../../src/domain/kernel/scope.js";
import { ana, command, declaration, declared, incidentId, minutesLater, start, uuid } from "../../support/incidents.js";

const story = () => declared({ services: ["payments", "checkout"] });
const part = { id: uuid(1), at: start };
const other = { incidentId: uuid(2), number: 2 };

/** One valid command of each type. */
const commands: Readonly<Record<Exclude<IncidentCommandType, "DeclareIncident">, Record<string, unknown>>> = {
  ChangeStatus: { to: "ACKNOWLEDGED" },
  Reopen: { reason: "again" },
  ChangeSeverity: { to: "P0", reason: "worse" },
  ChangeDetails: { title: "Another" },
  AddService: { service: "elsewhere" },
  RemoveService: { service: "checkout" },
  ChangeLabels: { set: { a: "b" } },
  AssignRole: { personId: "ben", role: "RESPONDER" },
  ReleaseRole: { personId: "ben", role: "RESPONDER" },
  HandOverRole: { role: "COMMANDER", from: "ana", to: "ben" },
  AddComment: { commentId: uuid(3), text: "words" },
  EditComment: { comment: part, text: "words" },
  DeleteComment: { comment: part },
  PromoteComment: { comment: part },
  RecordEntry: { text: "it happened" },
  PinEntry: { entry: part },
  UnpinEntry: { entry: part },
  AttachSummary: { summaryId: uuid(4), text: "so it stands" },
  AddLink: { linkId: uuid(5), kind: "URL", target: "https://example.org/" },
  RemoveLink: { linkId: uuid(5) },
  MergeInto: { into: other },
  ReceiveMerge: { source: other },
  Unmerge: { from: other },
  UndoMerge: { source: other },
  AddFollowUp: { followUpId: uuid(6), title: "to do" },
  ChangeFollowUp: { followUpId: uuid(6), title: "to do" },
  CompleteFollowUp: { followUpId: uuid(6) },
  ReopenFollowUp: { followUpId: uuid(6) },
  AttachPostmortem: { title: "learned", bytes: 4, digest: "d", content: "much" },
  ArchiveIncident: { objectKey: "archive/a", digest: "d", bytes: 4, events: 1, through: 1 },
  RestoreIncident: { reason: "needed" },
};
const types = Object.keys(commands) as (keyof typeof commands)[];

const contextOf = (scope: Scope | undefined) => ({
  streamId: `Incident-${incidentId}`,
  now: minutesLater(5),
  actor: ana,
  scope,
});

describe("a command on an incident of other projects", () => {
  it("of each type is known to these tests", () => {
    expect([...types, "DeclareIncident"].sort()).toEqual(Object.keys(incidentCommandSchemas).sort());
  });

  it.each(types)("%s is refused as on none", (type) => {
    const given = command(type, commands[type]);
    const refusalOf = (decide: () => unknown) => {
      try {
        decide();
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const { state } = story();
    for (const scope of [["elsewhere"], []]) {
      const hidden = refusalOf(() => incidentDecider.decide(given, state, contextOf(scope)));
      const absent = refusalOf(() => incidentDecider.decide(given, incidentDecider.initialState, contextOf(scope)));
      expect(hidden).toBeInstanceOf(NotVisibleError);
      expect(absent).toBeInstanceOf(NotFoundError);
      expect(absent).toMatchObject({ message: (hidden as Error).message, inputPath: ["incidentId"] });
      expect(refusalOf(() => incidentDecider.requireVisible?.(given, state, contextOf(scope)))).toEqual(hidden);
    }
    for (const scope of [["checkout"], "all", undefined] as const) {
      expect(refusalOf(() => incidentDecider.decide(given, state, contextOf(scope)))).not.toBeInstanceOf(
        NotVisibleError,
      );
      expect(refusalOf(() => incidentDecider.requireVisible?.(given, state, contextOf(scope)))).toBeUndefined();
    }
  });
});

describe("services that a caller names", () => {
  const decide = (type: "AddService" | "RemoveService", service: string, scope: Scope) => () =>
    incidentDecider.decide(command(type, { service }), story().state, contextOf(scope));

  it("in a declaration are all its own", () => {
    const declare = (services: string[], scope: Scope) => () =>
      incidentDecider.decide(declaration({ services }), incidentDecider.initialState, contextOf(scope));
    expect(declare(["payments"], ["payments"])()).toHaveLength(1);
    expect(declare(["payments", "checkout"], ["payments"])).toThrow(/not checkout/);
    expect(declare(["payments"], [])).toThrow(/not payments/);
  });

  it("when it adds or removes one are its own, whether or not the incident has it", () => {
    expect(decide("AddService", "search", ["payments", "search"])()).toHaveLength(1);
    expect(decide("AddService", "search", ["payments"])).toThrow(/not search/);
    expect(decide("AddService", "checkout", ["payments"])).toThrow(/not checkout/);
    expect(decide("RemoveService", "checkout", ["payments"])).toThrow(/not checkout/);
  });

  it("are not the last by which it sees the incident", () => {
    expect(decide("RemoveService", "checkout", ["checkout"])).toThrow(/out of your sight/);
    expect(decide("RemoveService", "checkout", ["payments", "checkout"])()).toHaveLength(1);
    expect(decide("RemoveService", "checkout", "all")()).toHaveLength(1);
  });
});
