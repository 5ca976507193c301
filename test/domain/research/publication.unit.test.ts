/**
 * What other systems are told of research requests. Published shapes are promises: each version has a fixture, made once and never
 * changed, that today's schema still accepts.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publishedResearchEvents, researchPublication, researchSource } from "../../../src/domain/research/index.js";
import type { IntegrationEvent } from "../../../src/domain/kernel/index.js";
import { requestId, researchStory, submission, tellResearch } from "../../support/researchStory.js";
import { feedOf } from "./feedOf.js";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "published");
const files = (await readdir(folder)).filter((file) => file.startsWith("Request")).sort();
const fixtures = await Promise.all(
  files.map(async (file) => ({
    file,
    ...(JSON.parse(await readFile(join(folder, file), "utf8")) as Pick<
      IntegrationEvent,
      "type" | "schemaVersion" | "data"
    >),
  })),
);

type PublishedType = keyof typeof publishedResearchEvents;
const types = Object.keys(publishedResearchEvents) as PublishedType[];
const entries = researchStory().flatMap(feedOf);
const all = entries.flatMap((entry) => researchPublication(entry) ?? []);

describe("each published shape", () => {
  it("has a fixture, for every version ever published", () => {
    const expected = types.flatMap((type) =>
      Array.from({ length: publishedResearchEvents[type].version }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(fixtures)(
    "$file is still what its schema says, and has every field of it",
    ({ type, schemaVersion, data }) => {
      const { schema, version } = publishedResearchEvents[type as PublishedType];
      if (schemaVersion !== version) return;
      expect(schema.strict().parse(data)).toEqual(data);
      expect(Object.keys(data).sort()).toEqual(Object.keys(schema.shape).sort());
    },
  );
});

describe("the publication of research", () => {
  it("tells of every published type, each as its schema says, and keeps the rest to itself", () => {
    expect([...new Set(all.map(({ type }) => type))].sort()).toEqual([...types].sort());
    for (const { type, data, schemaVersion } of all) {
      const { schema, version } = publishedResearchEvents[type as PublishedType];
      expect(schemaVersion).toBe(version);
      expect(schema.strict().parse(data)).toEqual(data);
    }
  });

  it("says whose the request is and how far it has come, keeps its order, and names the domain event", () => {
    const told = all.filter(({ data }) => data["requestId"] === requestId);
    expect(told.map(({ type, data }) => [type, data["status"]])).toEqual([
      ["RequestSubmitted", "PENDING"],
      ["RequestCancelled", "CANCELLED"],
      ["RequestCompleted", "COMPLETED"],
    ]);
    const facts = {
      projectId: "test-project-001",
      userId: "test-user-123",
      requestType: "semaglutide_intelligence",
    };
    for (const { id, source, subject, sequence, data } of told) {
      expect(data).toMatchObject(facts);
      expect([source, subject]).toEqual([researchSource, `ResearchRequest-${requestId}`]);
      const event = entries.find((entry) => entry.event.eventId === id)?.event;
      expect([event?.streamId, event?.version]).toEqual([subject, sequence]);
    }
  });

  it("tells of results how many there are, what they say in short, and where the report is", () => {
    expect(all.find(({ type }) => type === "RequestCompleted")?.data).toMatchObject({
      executiveSummary: "2 items from 1 source.",
      keyFindings: 1,
      items: [{ sourceType: "GOVERNMENT", items: 2 }],
      reportPath: `reports/semaglutide_intelligence_${requestId}_cd.json`,
    });
  });

  it("keeps to itself what is looked for, where, and what was found", () => {
    const config = submission().config;
    const customParams = { apiKey: "s3cret" };
    const secret = feedOf(
      tellResearch(`ResearchRequest-${requestId}`, [[submission({ config: { ...config, customParams } })]]),
    ).flatMap((entry) => researchPublication(entry) ?? []);
    const text = JSON.stringify([...all, ...secret]);
    for (const kept of ["s3cret", "GLP-1", "fda.gov", "Supply is short", "rows"]) expect(text).not.toContain(kept);
  });

  it("keeps what is of other streams to itself, and types that it does not know", () => {
    const [entry] = entries;
    for (const other of [{ streamId: "Batch-1" }, { type: "RequestSomethingElse" }])
      expect(researchPublication({ ...entry!, event: { ...entry!.event, ...other } })).toBeUndefined();
  });

  it("publishes fields of a stored event one by one, so that a new one stays private", () => {
    for (const entry of entries) {
      const widened = { ...entry, event: { ...entry.event, data: { ...(entry.event.data as object), secret: 1 } } };
      expect(researchPublication(widened)?.data ?? {}).not.toHaveProperty("secret");
    }
  });
});
