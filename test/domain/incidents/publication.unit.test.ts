/**
 * What other systems are told of incidents. Published shapes are promises: each version has a fixture, made once from a real
 * story and never changed, that today's schema still accepts.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  foldIncident,
  incidentProjection,
  incidentPublication,
  incidentSource,
  noIncident,
  publishedIncidentEvents,
} from "../../../src/domain/incidents/index.js";
import type { FeedEntry, IntegrationEvent } from "../../../src/domain/kernel/index.js";
import { command, declared, incidentId } from "../../support/incidents.js";
import type { Story } from "../../support/incidents.js";
import { wholeStory } from "../../support/wholeStory.js";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "published");
const files = (await readdir(folder)).filter((file) => file.startsWith("Incident")).sort();
const fixtures = await Promise.all(
  files.map(async (file) => ({
    file,
    ...(JSON.parse(await readFile(join(folder, file), "utf8")) as Pick<
      IntegrationEvent,
      "type" | "schemaVersion" | "data"
    >),
  })),
);

type PublishedType = keyof typeof publishedIncidentEvents;
const types = Object.keys(publishedIncidentEvents) as PublishedType[];

/** The feed's entries of a story, each event a commit of its own. */
function entriesOf({ events }: Story): readonly FeedEntry[] {
  return events.map((event, index) => {
    const before = foldIncident(noIncident, events.slice(0, index));
    const after = foldIncident(before, [event]);
    const tags = { before: incidentProjection.tags(before), after: incidentProjection.tags(after) };
    return { log: 0, position: index + 1, event, tags };
  });
}

const publish = (story: Story) => entriesOf(story).flatMap((entry) => incidentPublication(entry) ?? []);
const all = wholeStory().flatMap(publish);

describe("each published shape", () => {
  it("has a fixture, for every version ever published", () => {
    const expected = types.flatMap((type) =>
      Array.from({ length: publishedIncidentEvents[type].version }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(fixtures)(
    "$file is still what its schema says, and has every field of it",
    ({ type, schemaVersion, data }) => {
      const { schema, version } = publishedIncidentEvents[type as PublishedType];
      if (schemaVersion !== version) return;
      expect(schema.strict().parse(data)).toEqual(data);
      expect(Object.keys(data).sort()).toEqual(Object.keys(schema.shape).sort());
    },
  );
});

describe("the publication of incidents", () => {
  it("tells of every published type, each as its schema says, with no field besides", () => {
    expect([...new Set(all.map(({ type }) => type))].sort()).toEqual([...types].sort());
    for (const { type, data, schemaVersion } of all) {
      const { schema, version } = publishedIncidentEvents[type as PublishedType];
      expect(schemaVersion).toBe(version);
      expect(schema.strict().parse(data)).toEqual(data);
    }
  });

  it("keeps the order of an incident in its sequence, and names the domain event", () => {
    const [main] = wholeStory();
    const events = publish(main!);
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(events.map(({ subject }) => subject))).toEqual(new Set([`Incident-${incidentId}`]));
    expect(events.map(({ id, sequence }) => main!.events[sequence - 1]?.eventId === id)).not.toContain(false);
  });

  it("says how things are after the change", () => {
    const story = declared({ severity: "P2", services: ["payment-service", "checkout"], labels: { team: "a=b" } })
      .do(command("ChangeSeverity", { to: "P0", reason: "All customers" }))
      .do(command("ChangeStatus", { to: "ACKNOWLEDGED" }));
    const facts = { incidentId, services: ["payment-service", "checkout"], labels: { team: "a=b" } };
    expect(publish(story).map(({ type, data }) => ({ type, data }))).toEqual([
      {
        type: "IncidentDeclared",
        data: {
          ...facts,
          status: "OPEN",
          severity: "P2",
          number: 1,
          reference: "INC-1",
          title: "Payments fail",
          description: "",
        },
      },
      {
        type: "IncidentSeverityChanged",
        data: { ...facts, status: "OPEN", severity: "P0", from: "P2", to: "P0", reason: "All customers" },
      },
      {
        type: "IncidentStatusChanged",
        data: { ...facts, status: "ACKNOWLEDGED", severity: "P0", from: "OPEN", to: "ACKNOWLEDGED" },
      },
    ]);
  });

  it("keeps the causes of an event", () => {
    const [entry] = entriesOf(declared());
    const caused = { ...entry!, event: { ...entry!.event, causationId: "cause", correlationId: "together" } };
    expect(incidentPublication(caused)).toMatchObject({
      source: incidentSource,
      causationId: "cause",
      correlationId: "together",
    });
    expect(incidentPublication(entry!)).not.toHaveProperty("causationId");
  });

  it("keeps comments, roles and what other contexts do to itself", () => {
    const isPrivate = ({ event: { type } }: FeedEntry) => /Comment|Role|FollowUp|Link|Entry|Labels/.test(type);
    const told = wholeStory()
      .flatMap(entriesOf)
      .filter(isPrivate)
      .flatMap((entry) => incidentPublication(entry) ?? []);
    expect(told).toEqual([]);
    const [entry] = entriesOf(declared());
    const foreign = { ...entry!, event: { ...entry!.event, streamId: "Project-1" } };
    expect(incidentPublication(foreign)).toBeUndefined();
    const unknown = { ...entry!, event: { ...entry!.event, type: "IncidentSomethingElse" } };
    expect(incidentPublication(unknown)).toBeUndefined();
  });

  it("publishes fields of a stored event one by one, so that a new one stays private", () => {
    for (const entry of wholeStory().flatMap(entriesOf)) {
      const widened = { ...entry, event: { ...entry.event, data: { ...(entry.event.data as object), secret: 1 } } };
      expect(incidentPublication(widened)?.data ?? {}).not.toHaveProperty("secret");
    }
  });
});
