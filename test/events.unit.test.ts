/**
 * Stored events are formats for ever: for each type and version there is a fixture, made once from a real story and never
 * changed, that today's code must decode to exactly what it decoded to then.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codec } from "../src/server/ledger.js";
import { UnknownEventError } from "../src/domain/kernel/index.js";
import type { Recorded } from "../src/domain/kernel/index.js";
import { noIncident, foldIncident, incidentEventSchemas } from "../src/domain/incidents/index.js";
import {
  emptyStateOf as emptyInsightsStateOf,
  insightsDecider,
  insightsEventSchemas,
} from "../src/domain/insights/index.js";
import { emptySession, sessionDecider, sessionEventSchemas } from "../src/domain/integrations/index.js";
import { emptyStateOf, projectsDecider, projectsEventSchemas } from "../src/domain/projects/index.js";
import {
  emptyResearchState,
  requestEventSchemas,
  researchDecider,
  researchProjectEventSchemas,
  slotEventSchemas,
} from "../src/domain/research/index.js";
import { insightStory } from "./support/insightStory.js";
import { metricsStory } from "./support/metricsStory.js";
import { projectStory } from "./support/projectStory.js";
import { researchStory } from "./support/researchStory.js";
import { sessionStory } from "./support/sessionStory.js";
import { wholeStory } from "./support/wholeStory.js";

const folder = join(import.meta.dirname, "fixtures", "events");

/** An event as it was stored, and what it must read as under the newest version of its schema. */
interface Fixture {
  readonly type: string;
  readonly schemaVersion: number;
  /** As in the log. */
  readonly data: unknown;
  /** Where the type has newer versions: what the upcasters make of `data`. Absent while they have nothing to do. */
  readonly decoded?: unknown;
}

const readFixture = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8")) as Fixture;
const files = (await readdir(folder)).sort();
const fixtures = await Promise.all(files.map(async (file) => ({ file, ...(await readFixture(file)) })));

describe("each stored shape", () => {
  it("has a fixture, for every version ever written", () => {
    const expected = [...codec.versions].flatMap(([type, newest]) =>
      Array.from({ length: newest }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(fixtures)("$file is named after what it holds", ({ file, type, schemaVersion }) => {
    expect(file).toBe(`${type}.v${schemaVersion}.json`);
  });

  it.each(fixtures)("$file decodes to what it always decoded to", ({ type, schemaVersion, data, decoded }) => {
    expect(codec.decode(type, schemaVersion, data)).toStrictEqual({
      type,
      schemaVersion: codec.versions.get(type),
      data: decoded ?? data,
    });
  });

  it.each(fixtures)("$file holds every field that its schema knows", ({ type, schemaVersion, data }) => {
    if (schemaVersion !== codec.versions.get(type)) return;
    const schemas = {
      ...incidentEventSchemas,
      ...projectsEventSchemas,
      ...insightsEventSchemas,
      ...requestEventSchemas,
      ...slotEventSchemas,
      ...researchProjectEventSchemas,
      ...sessionEventSchemas,
    };
    const schema = schemas[type as keyof typeof schemas];
    // Of a post-mortem's content, either the text or its key is stored.
    const absent = type === "IncidentPostmortemAttached" ? ["objectKey"] : [];
    expect([...Object.keys(data as object), ...absent].sort()).toEqual(Object.keys(schema.shape).sort());
  });

  it("of a version that is not known is refused, not guessed", () => {
    expect(() => codec.decode("IncidentDeclared", 2, {})).toThrow(UnknownEventError);
  });
});

describe("events of today", () => {
  const insightStories = [...metricsStory(), ...insightStory()];
  const stories = [...wholeStory(), ...projectStory(), ...insightStories, ...researchStory(), ...sessionStory()];
  const events = stories.flatMap((story): readonly Recorded[] => story.events);
  /** The events as they are once they were stored and read. */
  const reread = <E extends Recorded>(story: readonly E[]): readonly E[] =>
    story.map((event) => {
      const { data } = codec.encode(event);
      return { ...event, ...codec.decode(event.type, event.schemaVersion, JSON.parse(JSON.stringify(data))) };
    });

  it("of every type occur in the story that the fixtures are made from", () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(codec.versions.keys()));
  });

  it.each(events)("$type is encoded to what is read back", (event) => {
    const encoded = codec.encode(event);
    const stored = JSON.parse(JSON.stringify(encoded.data)) as unknown;
    expect(codec.decode(encoded.type, encoded.schemaVersion, stored).data).toEqual(event.data);
  });

  it("fold to the same incident after being stored and read", () => {
    for (const { events: story, state } of wholeStory()) expect(foldIncident(noIncident, reread(story))).toEqual(state);
  });

  it("fold to the same project after being stored and read", () => {
    for (const { streamId, events: story, state } of projectStory()) {
      const folded = reread(story).reduce(
        (before, event) => projectsDecider.evolve(before, event),
        emptyStateOf(streamId),
      );
      expect(folded).toEqual(state);
    }
  });

  it("fold to the same metrics and insights after being stored and read", () => {
    for (const { streamId, events: story, state } of insightStories) {
      const empty = emptyInsightsStateOf(streamId);
      expect(reread(story).reduce((before, event) => insightsDecider.evolve(before, event), empty)).toEqual(state);
    }
  });

  it("fold to the same request after being stored and read", () => {
    for (const { streamId, events: story, state } of researchStory()) {
      const empty = emptyResearchState(streamId);
      expect(reread(story).reduce((before, event) => researchDecider.evolve(before, event), empty)).toEqual(state);
    }
  });

  it("fold to the same session after being stored and read", () => {
    for (const { events: story, state } of sessionStory())
      expect(reread(story).reduce((before, event) => sessionDecider.evolve(before, event), emptySession)).toEqual(
        state,
      );
  });
});
