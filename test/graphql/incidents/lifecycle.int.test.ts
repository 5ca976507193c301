/** An incident from its declaration to its post-mortem, through the API, on the real engine. */
import { parse } from "graphql";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  ChangeStatusDocument,
  DeclareIncidentDocument,
  IncidentDocument,
  TimelineDocument,
} from "../../generated/operations.js";
import type { DeclareIncidentInput } from "../../generated/operations.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

type Json = Record<string, unknown>;

/** A document that only one test needs; its data is looked at as it comes. */
const gql = (text: string) => parse(text) as TypedDocumentNode<Record<string, Json>, Json>;

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

const mutate = async (
  mutation: string,
  inputType: string,
  input: Json,
  selection: string,
  actor?: string,
): Promise<Json> => {
  const document = gql(
    `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { errors { code message path } ${selection} } }`,
  );
  const answer = (await test.run(document, { input }, actor))[mutation];
  if (answer === undefined) throw new Error("no answer");
  return answer;
};

describe("declaring an incident", () => {
  it("answers with the incident, its entry and a position", async () => {
    const { declareIncident } = await test.run(DeclareIncidentDocument, {
      input: {
        title: "Checkout answers 502",
        severity: "P0",
        services: ["checkout", "payment-service"],
        labels: [{ key: "region", value: "eu" }],
        commander: "ana",
        occurredAt: "2025-01-15T11:30:00+01:00",
      },
    });
    expect(declareIncident).toMatchObject({
      errors: [],
      entry: { kind: "DECLARED", version: 1 },
      incident: {
        status: "OPEN",
        severity: "P0",
        startedAt: "2025-01-15T10:30:00.000Z",
        version: 2,
        labels: [{ key: "region", value: "eu" }],
        commander: { personId: "ana" },
      },
    });
    expect(declareIncident.position).toEqual(expect.any(String));
  });

  it("takes labels by any name, also by those that JavaScript knows", async () => {
    const labels = ["constructor", "hasOwnProperty", "toString"].map((key) => ({ key, value: "eu" }));
    const { declareIncident } = await test.run(DeclareIncidentDocument, {
      input: { title: "Checkout answers 502", severity: "P0", services: ["checkout"], labels },
    });
    expect(declareIncident).toMatchObject({ errors: [], incident: { labels } });
  });

  it("gives 32 incidents at once 32 numbers", async () => {
    const incidents = await Promise.all(Array.from({ length: 32 }, () => test.declare()));
    expect(new Set(incidents.map(({ number }) => number)).size).toBe(32);
  });

  it("finds the incident by id, incidentId and reference", async () => {
    const declared = await test.declare();
    for (const id of [declared.id, declared.incidentId, declared.reference, declared.reference.toLowerCase()]) {
      expect((await test.run(IncidentDocument, { id })).incident?.incidentId).toBe(declared.incidentId);
    }
    const byNumber = gql(`query ($number: Int!) { incidentByNumber(number: $number) { incidentId } }`);
    expect(await test.run(byNumber, { number: declared.number })).toEqual({
      incidentByNumber: { incidentId: declared.incidentId },
    });
    const byNode = gql(`query ($id: ID!) { node(id: $id) { __typename id ... on Incident { reference } } }`);
    expect(await test.run(byNode, { id: declared.id })).toEqual({
      node: { __typename: "Incident", id: declared.id, reference: declared.reference },
    });
  });
});

describe("an idempotency key", () => {
  const input = {
    title: "Once",
    severity: "P2" as const,
    services: ["a"],
    idempotencyKey: "declare-once",
  } satisfies DeclareIncidentInput;

  it("makes a repeat return the first outcome, also when the incident has moved on since", async () => {
    const first = (await test.run(DeclareIncidentDocument, { input })).declareIncident;
    await test.changeStatus(first.incident?.incidentId ?? "", "RESOLVED");
    const second = (await test.run(DeclareIncidentDocument, { input })).declareIncident;
    expect(second.incident?.incidentId).toBe(first.incident?.incidentId);
    expect(second.position).toBe(first.position);
    expect(second.entry).toEqual(first.entry);
  });

  it("lets a repeat succeed that the state would now refuse", async () => {
    const { incidentId } = await test.declare();
    const step = { incidentId, to: "RESOLVED", idempotencyKey: "resolve" } as const;
    const first = (await test.run(ChangeStatusDocument, { input: step })).changeIncidentStatus;
    await test.changeStatus(incidentId, "CLOSED");
    const second = (await test.run(ChangeStatusDocument, { input: step })).changeIncidentStatus;
    expect(second).toMatchObject({ errors: [], position: first.position });
  });

  it("keeps a command that changed nothing from having an effect later", async () => {
    const { incidentId } = await test.declare();
    const step = { incidentId, to: "OPEN", idempotencyKey: "stay-open" } as const;
    expect((await test.run(ChangeStatusDocument, { input: step })).changeIncidentStatus).toMatchObject({
      errors: [],
      entry: null,
    });
    await test.changeStatus(incidentId, "ACKNOWLEDGED");
    expect((await test.run(ChangeStatusDocument, { input: step })).changeIncidentStatus).toMatchObject({ errors: [] });
    expect((await test.run(IncidentDocument, { id: incidentId })).incident?.status).toBe("ACKNOWLEDGED");
  });

  it("shows no entry in the repeat of a command that changed nothing", async () => {
    const { incidentId } = await test.declare();
    const step = { incidentId, to: "OPEN", idempotencyKey: "still-open" } as const;
    const first = (await test.run(ChangeStatusDocument, { input: step })).changeIncidentStatus;
    expect((await test.run(ChangeStatusDocument, { input: step })).changeIncidentStatus).toEqual(first);
  });

  it("belongs to its caller, whatever their names look like together", async () => {
    const { incidentId } = await test.declare();
    const say = (actor: string, idempotencyKey: string) =>
      mutate(
        "addIncidentComment",
        "AddIncidentCommentInput",
        { incidentId, text: "hi", idempotencyKey },
        "comment { author { id } }",
        actor,
      );
    expect(await say("a", "b:c")).toMatchObject({ comment: { author: { id: "a" } } });
    expect(await say("a:b", "c")).toMatchObject({ comment: { author: { id: "a:b" } } });
  });

  it("refuses another input, and lets another caller use the same key", async () => {
    const other = { ...input, title: "Something else" };
    const refused = (await test.run(DeclareIncidentDocument, { input: other })).declareIncident;
    expect(refused).toMatchObject({
      incident: null,
      position: null,
      errors: [
        {
          code: "IDEMPOTENCY_KEY_REUSED",
          path: ["idempotencyKey"],
          message: "idempotency key declare-once was used before with another input",
        },
      ],
    });
    expect(
      await mutate(
        "declareIncident",
        "DeclareIncidentInput",
        other,
        "errors { ... on IdempotencyKeyReusedError { key } }",
      ),
    ).toMatchObject({ errors: [{ key: "declare-once" }] });
    const fresh = (await test.run(DeclareIncidentDocument, { input: other }, "somebody-else")).declareIncident;
    expect(fresh).toMatchObject({ errors: [] });
  });

  it("has one effect however many send it at once", async () => {
    const { incidentId } = await test.declare();
    const note = { incidentId, text: "once", idempotencyKey: "note" };
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        mutate("recordTimelineEntry", "RecordTimelineEntryInput", note, "entry { eventId } position"),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await test.run(IncidentDocument, { id: incidentId })).incident?.version).toBe(2);
  });
});

describe("concurrent commands on one incident", () => {
  it("lose nothing", async () => {
    const { incidentId } = await test.declare();
    await Promise.all(Array.from({ length: 40 }, (_, index) => test.comment(incidentId, `comment ${index}`)));
    const { incident } = await test.run(TimelineDocument, { id: incidentId, first: 100 });
    expect(incident?.timeline.nodes.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 41 }, (_, index) => index + 1),
    );
  });
});

describe("people, comments and entries", () => {
  it("edits, deletes and promotes comments; only the author may", async () => {
    const { incidentId } = await test.declare();
    const { id: commentId } = await test.comment(incidentId, "first", "ana");
    const edit = (text: string, actor: string) =>
      mutate(
        "editIncidentComment",
        "EditIncidentCommentInput",
        { commentId, text },
        "comment { text revisions { text } }",
        actor,
      );
    expect(await edit("second", "ana")).toEqual({
      errors: [],
      comment: { text: "second", revisions: [{ text: "first" }] },
    });
    expect(await edit("third", "ben")).toMatchObject({
      errors: [{ code: "FORBIDDEN", path: ["commentId"] }],
      comment: null,
    });
    const promoted = await mutate(
      "promoteIncidentComment",
      "PromoteIncidentCommentInput",
      { commentId, keyMoment: true },
      "entry { kind keyMoment description }",
    );
    expect(promoted).toMatchObject({ entry: { kind: "NOTE", keyMoment: true, description: "second" } });
    const deleted = await mutate(
      "deleteIncidentComment",
      "DeleteIncidentCommentInput",
      { commentId },
      "comment { text deletedAt }",
      "ana",
    );
    expect(deleted).toMatchObject({ errors: [], comment: { text: null, deletedAt: expect.any(String) as string } });
  });

  it("hands roles over", async () => {
    const { incidentId } = await test.declare({ commander: "ana" });
    const roles = "incident { commander { personId } participants { personId roles } }";
    await mutate("assignIncidentRole", "IncidentRoleInput", { incidentId, personId: "ben", role: "SCRIBE" }, roles);
    const handed = await mutate(
      "handOverIncidentRole",
      "HandOverIncidentRoleInput",
      { incidentId, role: "COMMANDER", from: "ana", to: "ben" },
      roles,
    );
    expect(handed).toMatchObject({
      errors: [],
      incident: { commander: { personId: "ben" }, participants: [{ personId: "ben", roles: ["SCRIBE", "COMMANDER"] }] },
    });
  });

  it("pins an entry that is no longer among the newest", async () => {
    const { incidentId } = await test.declare();
    const noted = await mutate(
      "recordTimelineEntry",
      "RecordTimelineEntryInput",
      { incidentId, text: "cause found", occurredAt: "2025-01-01T00:00:00Z" },
      "entry { id }",
    );
    for (let index = 0; index < 6; index += 1) await test.comment(incidentId, `later ${index}`);
    await test.restart();
    const entryId = (noted["entry"] as { id: string }).id;
    expect(
      await mutate(
        "pinTimelineEntry",
        "TimelineEntryInput",
        { entryId },
        "entry { kind ... on PinChangedEntry { entryId } }",
      ),
    ).toEqual({
      errors: [],
      entry: { kind: "ENTRY_PINNED", entryId },
    });
    const { incident } = await test.run(TimelineDocument, { id: incidentId, first: 1 });
    expect(incident?.timeline.nodes).toMatchObject([{ description: "cause found", pinned: true }]);
  });
});

describe("links, merges and follow-ups", () => {
  it("links incidents at both ends, and unlinks them so", async () => {
    const [cause, effect] = [await test.declare(), await test.declare()];
    const links = "incident { links { linkId relation incident { reference } } }";
    const linked = await mutate(
      "linkIncident",
      "LinkIncidentInput",
      { incidentId: effect.incidentId, kind: "INCIDENT", target: cause.reference, relation: "CAUSED_BY" },
      links,
    );
    expect(linked).toMatchObject({
      errors: [],
      incident: { links: [{ relation: "CAUSED_BY", incident: { reference: cause.reference } }] },
    });
    const query = gql(`query ($id: ID!) { incident(id: $id) { links { linkId relation incident { reference } } } }`);
    const back = await test.run(query, { id: cause.incidentId });
    expect(back).toMatchObject({
      incident: { links: [{ relation: "CAUSES", incident: { reference: effect.reference } }] },
    });
    const { linkId } = (back["incident"]?.["links"] as { linkId: string }[])[0] ?? { linkId: "" };
    await mutate("unlinkIncident", "UnlinkIncidentInput", { incidentId: cause.incidentId, linkId }, links);
    expect(await test.run(query, { id: effect.incidentId })).toEqual({ incident: { links: [] } });
  });

  it("merges both streams in one step, shows one timeline, and takes it back exactly", async () => {
    const [source, target] = [await test.declare({ title: "Source" }), await test.declare({ title: "Target" })];
    await test.changeStatus(source.incidentId, "INVESTIGATING");
    await test.comment(source.incidentId, "from the source");
    const merged = await mutate(
      "mergeIncidents",
      "MergeIncidentsInput",
      { incidentId: source.incidentId, intoIncidentId: target.incidentId, reason: "same cause" },
      "incident { status mergedInto { reference } }",
    );
    expect(merged).toEqual({ errors: [], incident: { status: "MERGED", mergedInto: { reference: target.reference } } });

    const union = await test.run(TimelineDocument, { id: target.incidentId, includeMerged: true });
    const references = union.incident?.timeline.nodes.map(({ incident }) => incident?.reference) ?? [];
    expect(new Set(references)).toEqual(new Set([source.reference, target.reference]));
    expect(references).toHaveLength(6);

    const unmerged = await mutate(
      "unmergeIncident",
      "UnmergeIncidentInput",
      { incidentId: source.incidentId },
      "incident { status mergedInto { id } }",
    );
    expect(unmerged).toEqual({ errors: [], incident: { status: "INVESTIGATING", mergedInto: null } });
    const query = gql(`query ($id: ID!) { incident(id: $id) { mergedIncidents { id } } }`);
    expect(await test.run(query, { id: target.incidentId })).toEqual({ incident: { mergedIncidents: [] } });
  });

  it("stays whole when merges and unmerges of one incident meet", async () => {
    const [a, b, c] = [await test.declare(), await test.declare(), await test.declare()];
    const merge = (into: string) =>
      mutate("mergeIncidents", "MergeIncidentsInput", { incidentId: a.incidentId, intoIncidentId: into }, "position");
    const unmerge = () => mutate("unmergeIncident", "UnmergeIncidentInput", { incidentId: a.incidentId }, "position");
    const query = gql(`query ($a: ID!, $b: ID!, $c: ID!) {
      a: incident(id: $a) { mergedInto { incidentId } }
      b: incident(id: $b) { incidentId mergedIncidents { incidentId } }
      c: incident(id: $c) { incidentId mergedIncidents { incidentId } }
    }`);
    for (let round = 0; round < 6; round += 1) {
      await Promise.all([merge(b.incidentId), unmerge(), unmerge(), merge(c.incidentId), unmerge()]);
      const now = await test.run(query, { a: a.incidentId, b: b.incidentId, c: c.incidentId });
      const into = (now["a"]?.["mergedInto"] as { incidentId: string } | null)?.incidentId;
      const holders = [now["b"], now["c"]]
        .filter((incident) => (incident?.["mergedIncidents"] as unknown[]).length > 0)
        .map((incident) => incident?.["incidentId"]);
      expect(holders).toEqual(into === undefined ? [] : [into]);
    }
  });

  it("refuses to merge into an incident that is over, and then changes neither", async () => {
    const [source, target] = [await test.declare(), await test.declare()];
    await test.changeStatus(target.incidentId, "RESOLVED");
    const refused = await mutate(
      "mergeIncidents",
      "MergeIncidentsInput",
      { incidentId: source.incidentId, intoIncidentId: target.incidentId },
      "incident { id }",
    );
    expect(refused).toMatchObject({
      errors: [{ code: "INVALID_TRANSITION", path: ["intoIncidentId"] }],
      incident: null,
    });
    expect((await test.run(IncidentDocument, { id: source.incidentId })).incident).toMatchObject({
      status: "OPEN",
      version: 1,
    });
  });

  it("keeps follow-ups", async () => {
    const { incidentId } = await test.declare();
    const followUps = "incident { followUps { followUpId title owner completedAt } }";
    const added = await mutate(
      "addFollowUp",
      "AddFollowUpInput",
      { incidentId, title: "Alert on age", owner: "ben" },
      followUps,
    );
    const { followUpId } = ((added["incident"] as Json)["followUps"] as { followUpId: string }[])[0] ?? {
      followUpId: "",
    };
    const changed = await mutate(
      "changeFollowUp",
      "ChangeFollowUpInput",
      { incidentId, followUpId, owner: null },
      followUps,
    );
    expect(changed).toMatchObject({ errors: [], incident: { followUps: [{ title: "Alert on age", owner: null }] } });
    const done = await mutate("completeFollowUp", "FollowUpInput", { incidentId, followUpId }, followUps);
    expect(done).toMatchObject({ incident: { followUps: [{ completedAt: expect.any(String) as string }] } });
  });
});

describe("a post-mortem", () => {
  it.each([
    ["small, kept with its event", "# Learned\n\nMuch."],
    ["large, kept in the object store", "é".repeat(50_000)],
  ])("%s, reads back the same, also after a restart", async (_name, content) => {
    const { incidentId } = await test.declare();
    const attached = await mutate(
      "attachPostmortem",
      "AttachPostmortemInput",
      { incidentId, title: "What we learned", content },
      "incident { postmortem { bytes content } }",
    );
    expect(attached).toEqual({ errors: [], incident: { postmortem: { bytes: Buffer.byteLength(content), content } } });
    await test.restart();
    const query = gql(`query ($id: ID!) { incident(id: $id) { postmortem { title content } } }`);
    expect(await test.run(query, { id: incidentId })).toEqual({
      incident: { postmortem: { title: "What we learned", content } },
    });
  });
});

describe("milestones", () => {
  it("are computed from events, and null while undefined", async () => {
    const { incidentId } = await test.declare({ occurredAt: "2025-01-15T10:00:00Z" });
    await test.changeStatus(incidentId, "ACKNOWLEDGED", { occurredAt: "2025-01-15T10:05:30Z" });
    await test.changeStatus(incidentId, "MITIGATED", { occurredAt: "2025-01-15T11:00:00Z" });
    const query = gql(
      `query ($id: ID!) { incident(id: $id) { milestones { acknowledgedAt resolvedAt } durations { timeToAcknowledge { seconds iso8601 } timeToMitigate { iso8601 } timeToResolve { seconds } } } }`,
    );
    expect(await test.run(query, { id: incidentId })).toEqual({
      incident: {
        milestones: { acknowledgedAt: "2025-01-15T10:05:30.000Z", resolvedAt: null },
        durations: {
          timeToAcknowledge: { seconds: 330, iso8601: "PT5M30S" },
          timeToMitigate: { iso8601: "PT1H" },
          timeToResolve: null,
        },
      },
    });
  });
});

describe("null for what need not be given", () => {
  it("means that it is not given", async () => {
    const { incidentId } = await test.declare();
    const noted = await mutate(
      "recordTimelineEntry",
      "RecordTimelineEntryInput",
      { incidentId, text: "x", keyMoment: null, occurredAt: null, idempotencyKey: null, expectedVersion: null },
      "entry { keyMoment }",
    );
    expect(noted).toEqual({ errors: [], entry: { keyMoment: false } });
    const linked = await mutate(
      "linkIncident",
      "LinkIncidentInput",
      { incidentId, kind: "URL", target: "https://example.com", relation: null, title: null },
      "entry { ... on LinkChangedEntry { relation } }",
    );
    expect(linked).toEqual({ errors: [], entry: { relation: "RELATED" } });
    const query =
      gql(`query ($id: ID!, $none: Int, $order: TimelineOrder, $list: IncidentOrder, $text: String, $kinds: [TimelineKind!], $since: DateTime, $flag: Boolean, $filter: IncidentFilter) {
      incidents(first: $none, after: $text, orderBy: $list, filter: $filter) { nodes { id } }
      incident(id: $id) { timeline(first: $none, after: $text, orderBy: $order, kinds: $kinds, since: $since, actor: $text, keyMomentsOnly: $flag, includeMerged: $flag) { nodes { kind } } }
    }`);
    const nothing = {
      none: null,
      order: null,
      list: null,
      text: null,
      kinds: null,
      since: null,
      flag: null,
      filter: null,
    };
    expect(await test.run(query, { id: incidentId, ...nothing })).toMatchObject({
      incident: { timeline: { nodes: [{}, {}, {}] } },
    });
  });
});

describe("all records of an incident", () => {
  it("come page by page, in the order of the table", async () => {
    const { incidentId } = await test.declare({ commander: "ana", services: ["a", "b"] });
    await test.comment(incidentId, "said");
    await mutate(
      "attachIncidentSummary",
      "AttachIncidentSummaryInput",
      { incidentId, text: "so far" },
      "entry { kind }",
    );
    const query = gql(
      `query ($id: ID!, $after: String) { incidentRecords(incidentId: $id, first: 3, after: $after) { nodes { __typename } pageInfo { hasNextPage endCursor } } }`,
    );
    const kinds: string[] = [];
    let after: string | undefined;
    do {
      const { incidentRecords } = await test.run(query, { id: incidentId, after });
      const { nodes, pageInfo } = incidentRecords as {
        nodes: { __typename: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      kinds.push(...nodes.map(({ __typename }) => __typename));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
    } while (after !== undefined);
    expect(kinds).toEqual([
      "Comment",
      ...["IncidentDeclaredEntry", "RoleChangedEntry", "CommentEntry", "SummaryAttachedEntry"],
      "Incident",
      "Summary",
      "Participant",
    ]);
  });

  it("are none for an incident that does not exist", async () => {
    const query = gql(`query ($id: ID!) { incidentRecords(incidentId: $id) { nodes { __typename } } }`);
    expect(await test.run(query, { id: "01943a5c-0000-7000-8000-00000000dead" })).toEqual({
      incidentRecords: { nodes: [] },
    });
  });
});
