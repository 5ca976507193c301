/** Taking events in by the API: once each, whatever is brought twice; what is wrong with one is no harm to others. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/domain/kernel/hashChain.js";
import {
  IngestProjectEventDocument,
  IngestProjectEventsDocument,
  ProjectEventDocument,
  ProjectEventsDocument,
  ReassignProjectEventDocument,
} from "../../generated/operations.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";
import { projectsOf, sealsByHand } from "../../support/projects.js";
import type { TestProjects } from "../../support/projects.js";

let test: TestOpsledger;
let projects: TestProjects;
beforeAll(async () => {
  test = await startTestOpsledger();
  projects = projectsOf(test);
});
afterAll(() => test.close());

const ingest = async (input: Parameters<TestProjects["ingest"]>[0], actor?: string) =>
  (
    await test.run(
      IngestProjectEventDocument,
      { input: { title: "Merged #42", project: "inventory", ...input } },
      actor,
    )
  ).ingestProjectEvent;

describe("an event that is brought", () => {
  it("is there with all that was said of it", async () => {
    const event = await projects.ingest({
      kind: "CHECK_FAILED",
      title: "Check failed: build",
      text: "Two tests fail.",
      actor: { id: "ana", name: "Ana" },
      url: "https://example.org/checks/7",
      refs: [{ type: "REPOSITORY", id: "acme/inventory-api" }],
      labels: ["ci"],
      importance: "LOW",
      subject: "github:acme/inventory-api#42",
      occurredAt: "2025-06-02T13:37:58Z",
      eventData: { nested: [1, { a: null }], text: "é" },
    });
    expect(event).toMatchObject({
      project: { name: "inventory" },
      source: "GENERIC",
      kind: "CHECK_FAILED",
      text: "Two tests fail.",
      actor: { id: "ana", name: "Ana" },
      refs: [{ type: "REPOSITORY", id: "acme/inventory-api" }],
      labels: ["ci"],
      importance: "LOW",
      occurredAt: "2025-06-02T13:37:58.000Z",
      eventData: { nested: [1, { a: null }], text: "é" },
      clipped: false,
      original: null,
      verification: { scheme: "NONE", secret: null },
      processed: false,
      batch: null,
      version: 1,
    });
    expect(Math.abs(event.eventTime - Date.parse(event.receivedAt))).toBeLessThan(1);
    const { position: _, ...parts } = event;
    for (const id of [event.id, event.projectEventId]) {
      expect((await test.run(ProjectEventDocument, { id })).projectEvent).toEqual(parts);
    }
  });

  it("goes where no rule sends it when it names no project", async () => {
    expect(await projects.ingest({ project: null })).toMatchObject({ project: { name: "unassigned" } });
  });

  it("has no second effect under the same delivery id, or the same key of the same caller", async () => {
    const first = await ingest({ deliveryId: "once" });
    const again = await ingest({ deliveryId: "once", title: "Other words" });
    expect(first).toMatchObject({ repeated: false, errors: [] });
    expect(again).toMatchObject({ repeated: true, errors: [], projectEvent: { title: "Merged #42", version: 1 } });
    expect(again.projectEvent?.projectEventId).toBe(first.projectEvent?.projectEventId);

    const keyed = await ingest({ idempotencyKey: "k" }, "ana");
    expect(await ingest({ idempotencyKey: "k" }, "ana")).toMatchObject({
      repeated: true,
      projectEvent: { projectEventId: keyed.projectEvent?.projectEventId },
    });
    const byAnother = await ingest({ idempotencyKey: "k" }, "ben");
    expect(byAnother.repeated).toBe(false);
    expect(byAnother.projectEvent?.projectEventId).not.toBe(keyed.projectEvent?.projectEventId);
  });

  it("is refused where a key stood for another input, alone and among others", async () => {
    await ingest({ idempotencyKey: "stands-for-one" });
    const path = ["idempotencyKey"];
    expect(await ingest({ idempotencyKey: "stands-for-one", title: "Other words" })).toMatchObject({
      repeated: false,
      projectEvent: null,
      errors: [{ code: "IDEMPOTENCY_KEY_REUSED", path }],
    });
    const bring = async (titles: readonly string[]) =>
      (
        await test.run(IngestProjectEventsDocument, {
          input: { idempotencyKey: "for-several", events: titles.map((title) => ({ title, project: "inventory" })) },
        })
      ).ingestProjectEvents.results;
    await bring(["One", "Two"]);
    const results = await bring(["One", "Three"]);
    expect(results).toMatchObject([{ repeated: true, errors: [] }, { errors: [{ code: "IDEMPOTENCY_KEY_REUSED" }] }]);
  });

  it("is another one each time where it has neither", async () => {
    const [one, other] = [await ingest({}), await ingest({})];
    expect(other.repeated).toBe(false);
    expect(other.projectEvent?.deliveryId).not.toBe(one.projectEvent?.deliveryId);
  });

  it("is another event from another source, under the same delivery id", async () => {
    await ingest({ deliveryId: "shared" });
    expect(await ingest({ deliveryId: "shared", source: "GITHUB" })).toMatchObject({
      repeated: false,
      projectEvent: { source: "GITHUB" },
    });
  });
});

describe("an original with names that JavaScript knows", () => {
  const odd = ["constructor", "toString", "hasOwnProperty", "valueOf", "then", "name"];
  const json = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(null, 1, "Set", { name: "Uint8Array" }),
      fc.array(tie("value"), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom(...odd), tie("value"), { maxKeys: 3 }),
    ),
  }));

  it("is kept as it came", async () => {
    await fc.assert(
      fc.asyncProperty(json.value, async (value) => {
        const eventData = { constructor: 1, value };
        const { projectEventId } = await projects.ingest({ project: "odd-names", eventData });
        const read = await test.run(ProjectEventDocument, { id: projectEventId });
        expect(canonicalJson(read.projectEvent?.eventData)).toBe(canonicalJson(eventData));
      }),
      { numRuns: 30 },
    );
  });

  it("is no harm to its neighbours", async () => {
    const events = Array.from({ length: 99 }, (_, n) => ({ title: `Neighbour ${n}`, project: "odd-names" }));
    const withOne = [{ title: "Odd", project: "odd-names", eventData: { constructor: { name: "Set" } } }, ...events];
    const answer = await test.run(IngestProjectEventsDocument, { input: { events: withOne } });
    expect(answer.ingestProjectEvents.results.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

describe("events that are brought together", () => {
  it("get an answer each, in their order; a refused one names its field and harms nobody", async () => {
    await projects.set({ project: "bulk", policy: sealsByHand });
    await projects.ingest({ project: "bulk", deliveryId: "known", title: "Known" });
    const { ingestProjectEvents: answer } = await test.run(IngestProjectEventsDocument, {
      input: {
        events: [
          { title: "New", project: "bulk" },
          { title: " ", project: "bulk" },
          { title: "Known again", project: "bulk", deliveryId: "known" },
          { title: "Twice", project: "bulk", deliveryId: "twice" },
          { title: "Twice", project: "bulk", deliveryId: "twice" },
          { title: "x", project: "bulk", url: "http://plain.example.org/", refs: [{ type: "OTHER", id: "" }] },
        ],
      },
    });
    expect(answer.errors).toEqual([]);
    expect(answer.position).toEqual(expect.any(String));
    expect(answer.results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(answer.results.map(({ repeated }) => repeated)).toEqual([false, false, true, false, true, false]);
    expect(answer.results.map(({ projectEvent }) => projectEvent?.title)).toEqual([
      "New",
      undefined,
      "Known",
      "Twice",
      "Twice",
      undefined,
    ]);
    expect(answer.results[1]?.errors).toMatchObject([{ code: "VALIDATION", path: ["events", "1", "title"] }]);
    expect(answer.results[5]?.errors.map(({ path }) => path)).toEqual([
      ["events", "5", "url"],
      ["events", "5", "refs", "0", "id"],
    ]);
    const { projectEvents } = await test.run(ProjectEventsDocument, { filter: { project: "bulk" }, first: 20 });
    expect(projectEvents.nodes.map(({ title }) => title).sort()).toEqual(["Known", "New", "Twice"]);
  });

  it("are the same under the same key, up to a hundred", async () => {
    await projects.set({ project: "hundred", policy: sealsByHand });
    const first = await projects.ingestMany("hundred", 100, { idempotencyKey: "bulk" });
    expect(new Set(first).size).toBe(100);
    expect(await projects.ingestMany("hundred", 100, { idempotencyKey: "bulk" })).toEqual(first);
  });
});

describe("an event that is moved", () => {
  it("is in its new project only, and can be told the version that is expected", async () => {
    const event = await projects.ingest({ project: "from" });
    const { reassignProjectEvent: answer } = await test.run(ReassignProjectEventDocument, {
      input: { projectEventId: event.id, project: "to", reason: "It is theirs", expectedVersion: 1 },
    });
    expect(answer).toMatchObject({ errors: [], projectEvent: { project: { name: "to" }, version: 2 } });
    const titles = async (project: string) =>
      (await test.run(ProjectEventsDocument, { filter: { project }, first: 20 })).projectEvents.nodes.map(
        ({ projectEventId }) => projectEventId,
      );
    expect(await titles("from")).toEqual([]);
    expect(await titles("to")).toEqual([event.projectEventId]);
    const stale = await test.run(ReassignProjectEventDocument, {
      input: { projectEventId: event.id, project: "from", expectedVersion: 1 },
    });
    expect(stale.reassignProjectEvent.errors).toMatchObject([
      { code: "VERSION_CONFLICT", path: ["expectedVersion"], expected: 1, actual: 2 },
    ]);
  });
});
