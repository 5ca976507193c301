/** Following incidents: every event once, in order, from a cursor, across reconnects and restarts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AddCommentDocument, FollowIncidentsDocument, FollowTimelineDocument } from "../../generated/operations.js";
import type {
  FollowIncidentsSubscription,
  IncidentChangeFilter,
  FollowTimelineSubscription,
} from "../../generated/operations.js";
import type { Collector } from "../../support/graphql/client.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

let test: TestOpsledger;
beforeAll(async () => {
  test = await startTestOpsledger();
});
afterAll(() => test.close());

async function take(collector: Collector<FollowTimelineSubscription>, count: number) {
  const messages: FollowTimelineSubscription["incidentTimeline"][] = [];
  while (messages.length < count) {
    const { data, errors } = await collector.next();
    if (data == null) throw new Error(JSON.stringify(errors));
    messages.push(data.incidentTimeline);
  }
  return messages;
}

async function takeChange(collector: Collector<FollowIncidentsSubscription>) {
  const { data, errors } = await collector.next();
  if (data == null) throw new Error(JSON.stringify(errors));
  return data.incidentChanged;
}

const versions = (messages: readonly { entry: { version: number } }[]) => messages.map(({ entry }) => entry.version);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("following one incident", () => {
  it("first tells what was missed, then what happens", async () => {
    const { incidentId, position } = await test.declare();
    for (let n = 2; n <= 5; n += 1) await test.comment(incidentId, `before ${n}`);
    const follower = test.follow(FollowTimelineDocument, { incidentId, after: position });
    expect(versions(await take(follower, 4))).toEqual([2, 3, 4, 5]);
    await test.changeStatus(incidentId, "ACKNOWLEDGED");
    const [live] = await take(follower, 1);
    expect(live).toMatchObject({ entry: { kind: "STATUS_CHANGED", version: 6 } });
    await follower.close();
  });

  it("goes on behind the position of any message, while writers write, through cuts and a restart", async () => {
    const { incidentId, position } = await test.declare();
    const seen: number[] = [1];
    let cursor = position;
    const follow = async (count: number) => {
      const follower = test.follow(FollowTimelineDocument, { incidentId, after: cursor });
      for (const { entry, position: at } of await take(follower, count)) {
        seen.push(entry.version);
        cursor = at;
      }
      await follower.close();
    };
    const write = async (count: number) => {
      for (let n = 0; n < count; n += 1) await test.comment(incidentId, `note ${n}`);
    };
    await Promise.all([write(30), follow(12)]);
    await Promise.all([write(20), follow(25)]);
    await test.restart();
    await Promise.all([write(10), follow(23)]);
    expect(seen).toEqual(upTo(61));
  });

  it("tells many followers the same", async () => {
    const { incidentId, position } = await test.declare();
    const followers = Array.from({ length: 20 }, () =>
      test.follow(FollowTimelineDocument, { incidentId, after: position }),
    );
    await Promise.all(Array.from({ length: 10 }, (_, n) => test.comment(incidentId, `note ${n}`)));
    const received = await Promise.all(followers.map((follower) => take(follower, 10)));
    expect(new Set(received.map((messages) => JSON.stringify(messages))).size).toBe(1);
    expect(versions(received[0] ?? [])).toEqual(upTo(11, 2));
    await Promise.all(followers.map((follower) => follower.close()));
  });

  it("tells nothing of other incidents", async () => {
    const [one, other] = [await test.declare(), await test.declare()];
    const follower = test.follow(FollowTimelineDocument, { incidentId: one.incidentId, after: one.position });
    await test.comment(other.incidentId, "elsewhere");
    await test.comment(one.incidentId, "here");
    expect(versions(await take(follower, 1))).toEqual([2]);
    expect(follower.pending).toEqual([]);
    await follower.close();
  });

  it("is refused for an incident that does not exist, and for a cursor of another", async () => {
    const [one, other] = [await test.declare(), await test.declare()];
    const refusal = async (variables: { incidentId: string; after?: string }) => {
      const { errors } = await test.follow(FollowTimelineDocument, variables).next();
      return errors?.[0]?.extensions;
    };
    expect(await refusal({ incidentId: "INC-999999" })).toMatchObject({ code: "NOT_FOUND", field: "incidentId" });
    expect(await refusal({ incidentId: "01943a5c-0000-7000-8000-00000000dead" })).toMatchObject({ code: "NOT_FOUND" });
    expect(await refusal({ incidentId: "a#b" })).toMatchObject({ code: "BAD_USER_INPUT", field: "incidentId" });
    expect(await refusal({ incidentId: one.incidentId, after: other.position })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "after",
    });
    expect(await refusal({ incidentId: one.incidentId, after: `${one.position}x` })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "after",
    });
  });
});

describe("following many incidents", () => {
  it("tells of those that match before or behind the change, and whether they match now", async () => {
    const first = await test.declare({ services: ["followed"], severity: "P0" });
    const { position } = (await test.run(AddCommentDocument, { input: { incidentId: first.incidentId, text: "x" } }))
      .addIncidentComment;
    const follower = test.follow(FollowIncidentsDocument, {
      filter: { service: "followed", status: ["OPEN"] },
      after: position,
    });
    await test.declare({ services: ["not-followed"] });
    await test.changeStatus(first.incidentId, "ACKNOWLEDGED");
    await test.comment(first.incidentId, "not open any more");
    const second = await test.declare({ services: ["other", "followed"] });
    expect(await takeChange(follower)).toMatchObject({
      matches: false,
      entry: { kind: "STATUS_CHANGED", incident: { reference: first.reference } },
    });
    expect(await takeChange(follower)).toMatchObject({
      matches: true,
      entry: { kind: "DECLARED", incident: { reference: second.reference } },
    });
    expect(follower.pending).toEqual([]);
    await follower.close();
  });

  it("goes on behind its own position, for all incidents, across a restart, each event once", async () => {
    const incidents = await Promise.all(Array.from({ length: 6 }, () => test.declare({ services: ["many"] })));
    const streams = new Map<string, number[]>(incidents.map(({ reference }) => [reference, []]));
    const { position } = (
      await test.run(AddCommentDocument, { input: { incidentId: incidents[0]?.incidentId ?? "", text: "start" } })
    ).addIncidentComment;
    let cursor = position;
    const writeRound = () =>
      Promise.all(incidents.flatMap(({ incidentId }) => [1, 2, 3].map((n) => test.comment(incidentId, `note ${n}`))));
    const follow = async (count: number) => {
      const follower = test.follow(FollowIncidentsDocument, { filter: { service: "many" }, after: cursor });
      for (let n = 0; n < count; n += 1) {
        const change = await takeChange(follower);
        streams.get(change.entry.incident?.reference ?? "")?.push(change.entry.version);
        cursor = change.position;
      }
      await follower.close();
    };
    await Promise.all([writeRound(), follow(7)]);
    await test.restart();
    await Promise.all([writeRound(), follow(29)]);
    const [started, ...others] = [...streams.values()];
    expect(started).toEqual(upTo(8, 3));
    for (const seen of others) expect(seen).toEqual(upTo(7, 2));
  });

  it("is refused for a filter that no incident can match", async () => {
    const refusal = async (filter: IncidentChangeFilter) =>
      (await test.follow(FollowIncidentsDocument, { filter }).next()).errors?.[0]?.extensions;
    expect(await refusal({ incidentIds: [] })).toMatchObject({ code: "BAD_USER_INPUT", field: "filter.incidentIds" });
    expect(await refusal({ service: "no such thing!" })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "filter.service",
    });
  });

  it("can be limited to incidents by name", async () => {
    const [one, other] = [await test.declare(), await test.declare()];
    const { position } = (await test.run(AddCommentDocument, { input: { incidentId: one.incidentId, text: "x" } }))
      .addIncidentComment;
    const follower = test.follow(FollowIncidentsDocument, {
      filter: { incidentIds: [one.reference] },
      after: position,
    });
    await test.comment(other.incidentId, "elsewhere");
    await test.comment(one.incidentId, "here");
    expect(await takeChange(follower)).toMatchObject({ entry: { incident: { reference: one.reference }, version: 3 } });
    await follower.close();
  });
});
