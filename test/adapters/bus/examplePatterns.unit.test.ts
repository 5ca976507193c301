/** The patterns that the guide shows select what the guide says. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toBusEntry, toRuleEvent } from "../../../src/adapters/bus/busEntry.js";
import { compilePattern } from "../../../src/adapters/bus/eventPattern.js";
import {
  incidentPublication,
  incidentProjection,
  foldIncident,
  noIncident,
} from "../../../src/domain/incidents/index.js";
import type { Story } from "../../support/incidents.js";
import { wholeStory } from "../../support/wholeStory.js";

const folder = join(import.meta.dirname, "..", "..", "..", "examples", "event-patterns");

function publishedIn({ events }: Story) {
  return events.flatMap((event, index) => {
    const after = incidentProjection.tags(foldIncident(noIncident, events.slice(0, index + 1)));
    return incidentPublication({ log: 0, position: 1, event, tags: { before: [], after } }) ?? [];
  });
}

async function selectedBy(file: string): Promise<string[]> {
  const matches = compilePattern(JSON.parse(await readFile(join(folder, file), "utf8")));
  return wholeStory()
    .flatMap(publishedIn)
    .filter((event) => matches(toRuleEvent(toBusEntry(event), { id: "1", account: "1", region: "local" })))
    .map(({ type, subject }) => `${type} ${subject.slice(-1)}`);
}

describe("an example pattern", () => {
  it("severe-payments.json selects what becomes urgent for payments", async () => {
    expect(await selectedBy("severe-payments.json")).toEqual([
      "IncidentDeclared 1",
      "IncidentSeverityChanged 1",
      "IncidentDeclared 2",
    ]);
  });

  it("over.json selects what ends an incident", async () => {
    expect(await selectedBy("over.json")).toEqual([
      "IncidentStatusChanged 1",
      "IncidentMerged 2",
      "IncidentStatusChanged 2",
    ]);
  });

  it("is one of those that are tested here", async () => {
    expect((await readdir(folder)).sort()).toEqual(["over.json", "severe-payments.json"]);
  });
});
