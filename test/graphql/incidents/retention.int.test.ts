/** Rows whose time to live has passed: nobody sees them while they are still in the table, and the sweeper deletes them. */
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { TimelineEntry } from "../../../src/domain/incidents/index.js";
import { partGlobalId } from "../../../src/resolvers/incidents/ids.js";
import { systemClock } from "../../../src/server/ledger.js";
import { createExpirySweeper } from "../../../src/store/expirySweeper.js";
import { TimelineDocument } from "../../generated/operations.js";
import { ledgerAt, requestBy } from "../../support/ledgerAt.js";
import { gql, mutate } from "../../support/mutation.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

/** Long enough ago that comments, entries and summaries have expired. */
const declaredAt = "2020-01-10T08:00:00.000Z";
const closedAt = "2020-02-01T12:00:00.000Z";
const ana = requestBy("ana");

const test: TestOpsledger = await startTestOpsledger();
afterAll(() => test.close());

interface OldIncident {
  readonly incidentId: string;
  /** Global ids of what expires. */
  readonly commentId: string;
  readonly noteId: string;
  readonly pinnedId: string;
}

/** An incident that was closed years ago, with rows of every kind. */
async function anOldIncident(): Promise<OldIncident> {
  const ledger = ledgerAt(declaredAt, { db: test.db, engine: test.opsledger.engine, dataDir: test.dataDir });
  onTestFinished(() => ledger.close());
  const { incidents } = ledger;
  const { incidentId } = await incidents.declare({ title: "Old", severity: "P2", services: ["a"] }, ana);
  const globalIdOf = ({ entryId, occurredAt }: TimelineEntry) =>
    partGlobalId("TimelineEntry", { incidentId, id: entryId, at: occurredAt });
  const note = async (text: string): Promise<TimelineEntry> => {
    const { entry } = await incidents.change(incidentId, "RecordEntry", { text }, ana);
    if (entry === undefined) throw new Error("no entry");
    return entry;
  };
  const [plain, pinned] = [await note("a note"), await note("a pinned note")];
  await incidents.change(incidentId, "PinEntry", { entry: { id: pinned.entryId, at: pinned.occurredAt } }, ana);
  await incidents.attachSummary(incidentId, { text: "a summary" }, ana);
  const { entry: commented } = await incidents.addComment(incidentId, { text: "a comment" }, ana);
  if (commented?.event.type !== "IncidentCommentAdded") throw new Error("no comment");
  const comment = { incidentId, id: commented.event.data.commentId, at: commented.recordedAt };
  ledger.setClock(closedAt);
  await incidents.change(incidentId, "ChangeStatus", { to: "RESOLVED" }, ana);
  await incidents.change(incidentId, "ChangeStatus", { to: "CLOSED" }, ana);
  return {
    incidentId,
    commentId: partGlobalId("Comment", comment),
    noteId: globalIdOf(plain),
    pinnedId: globalIdOf(pinned),
  };
}

const keptDescriptions = [
  "a pinned note",
  "Status changed from OPEN to RESOLVED",
  "Status changed from RESOLVED to CLOSED",
];

/** What a reader of the API sees of an incident's rows. */
async function seen({ incidentId, commentId, noteId, pinnedId }: OldIncident) {
  const document = gql<{
    incident: {
      newest: { nodes: { description: string }[] };
      comments: { nodes: { text: string }[] };
      summaries: { nodes: { text: string }[] };
    };
    comment: unknown;
    note: unknown;
    pinned: unknown;
  }>(`query ($id: ID!, $commentId: ID!, $noteId: ID!, $pinnedId: ID!) {
    incident(id: $id) {
      newest: timeline(first: 5) { nodes { description } }
      comments { nodes { text } }
      summaries { nodes { text } }
    }
    comment: node(id: $commentId) { id }
    note: node(id: $noteId) { id }
    pinned: node(id: $pinnedId) { id }
  }`);
  const { incident, ...nodes } = await test.run(document, { id: incidentId, commentId, noteId, pinnedId });
  const { incident: whole } = await test.run(TimelineDocument, { id: incidentId, first: 100 });
  return {
    timeline: whole?.timeline.nodes.map(({ description }) => description).slice(1),
    newest: incident.newest.nodes.map(({ description }) => description),
    comments: incident.comments.nodes.map(({ text }) => text),
    summaries: incident.summaries.nodes.map(({ text }) => text),
    ...nodes,
  };
}

const allThat = ({ pinnedId }: OldIncident) => ({
  timeline: keptDescriptions,
  newest: [...keptDescriptions.toReversed(), expect.stringMatching(/^Declared INC-\d+ as P2: Old$/) as string],
  comments: [],
  summaries: [],
  comment: null,
  note: null,
  pinned: { id: pinnedId },
});

async function rowKinds(incidentId: string): Promise<string[]> {
  const { Items = [] } = await test.db.client.send(
    new QueryCommand({
      TableName: "aegis-incidents",
      KeyConditionExpression: "PK = :pk",
      ExpressionAttributeValues: { ":pk": `INCIDENT#${incidentId}` },
    }),
  );
  return Items.map(({ SK, ttl }) => `${String(SK).split("#")[0]}${ttl === undefined ? "" : " expired"}`).sort();
}

describe("rows that have expired", () => {
  let old: OldIncident;
  beforeEach(async () => {
    old = await anOldIncident();
    await test.opsledger.ledger.retention.run();
  });

  it("are not shown while they are in the table: key moments and pinned entries are", async () => {
    expect(await rowKinds(old.incidentId)).toContain("COMMENT expired");
    expect(await seen(old)).toEqual(allThat(old));
  });

  it("make no page short: the rows behind them come instead", async () => {
    const pages: string[] = [];
    let after: string | null | undefined;
    do {
      const { incident } = await test.run(TimelineDocument, {
        id: old.incidentId,
        first: 2,
        ...(after == null ? {} : { after }),
      });
      const { nodes, pageInfo } = incident?.timeline ?? { nodes: [], pageInfo: undefined };
      pages.push(nodes.map(({ description }) => description.split(" ")[0]).join(","));
      after = pageInfo?.hasNextPage === true ? pageInfo.endCursor : undefined;
    } while (after != null);
    expect(pages).toEqual(["Declared,a", "Status,Status"]);
  });

  it("cannot be changed any more by a server that has not held them since", async () => {
    await test.restart();
    const promotion = mutate(test, "promoteIncidentComment", { commentId: old.commentId });
    await expect(promotion).rejects.toThrow("NOT_FOUND");
  });

  it("are deleted by the sweeper, which changes nothing that anybody sees", async () => {
    const before = await seen(old);
    const sweeper = createExpirySweeper({ db: test.db, clock: systemClock });
    const { deleted } = await sweeper.sweep();
    expect(deleted).toBeGreaterThanOrEqual(6);
    expect(await rowKinds(old.incidentId)).toEqual(["EVENT", "EVENT", "EVENT", "EVENT", "METADATA"]);
    expect(await seen(old)).toEqual(before);
  });

  it("come back where the incident is reopened before the sweep", async () => {
    await mutate(test, "reopenIncident", { incidentId: old.incidentId, reason: "It came back" });
    await test.opsledger.ledger.retention.run();
    const now = await seen(old);
    expect(now).toMatchObject({ comments: ["a comment"], summaries: ["a summary"], note: { id: old.noteId } });
    expect(now.timeline).toContain("a note");
  });
});
