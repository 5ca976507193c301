/** Lists of incidents: every filter and order gives what a plain filter over all incidents gives, on any page size. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IncidentsDocument } from "../../generated/operations.js";
import type { IncidentFilter, IncidentOrder, IncidentStatus, Severity } from "../../generated/operations.js";
import { startTestOpsledger } from "../../support/opsledger.js";
import type { TestOpsledger } from "../../support/opsledger.js";

interface Known {
  readonly id: string;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  readonly services: readonly string[];
  readonly startedAt: string;
  readonly commander: string;
  readonly team: string;
}

let test: TestOpsledger;
const known: Known[] = [];

/** 45 incidents over four days, many in the same second and some in the same millisecond, with varied facets. */
beforeAll(async () => {
  test = await startTestOpsledger();
  const severities = ["P0", "P1", "P2", "P3", "P4"] as const;
  const statuses = ["OPEN", "ACKNOWLEDGED", "RESOLVED"] as const;
  for (let n = 0; n < 45; n += 1) {
    const startedAt = `2025-01-1${4 + (n % 4)}T10:00:0${n % 3}.${n % 2 === 0 ? "000" : "250"}Z`;
    const severity = severities[n % 5] ?? "P0";
    const status = statuses[n % 3] ?? "OPEN";
    const services = n % 4 === 0 ? ["pay", "cart"] : ["cart"];
    const [commander, team] = [`person-${n % 6}`, `team-${n % 2}`];
    const { incidentId } = await test.declare({
      severity,
      services,
      commander,
      occurredAt: startedAt,
      labels: [{ key: "team", value: team }],
    });
    if (status !== "OPEN") await test.changeStatus(incidentId, status);
    known.push({ id: incidentId, severity, status, services, startedAt, commander, team });
  }
});
afterAll(() => test.close());

/** All pages of a list, one after the other. */
async function pages(filter: IncidentFilter, orderBy: IncidentOrder, first: number): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null | undefined;
  for (;;) {
    const { incidents } = await test.run(IncidentsDocument, {
      filter,
      orderBy,
      first,
      ...(after == null ? {} : { after }),
    });
    expect(incidents.nodes.length).toBeLessThanOrEqual(first);
    ids.push(...incidents.nodes.map(({ incidentId }) => incidentId));
    if (!incidents.pageInfo.hasNextPage) return ids;
    after = incidents.pageInfo.endCursor;
  }
}

const inOrder: Record<IncidentOrder, (a: Known, b: Known) => number> = {
  OLDEST_FIRST: (a, b) => (a.id < b.id ? -1 : 1),
  NEWEST_FIRST: (a, b) => (a.id < b.id ? 1 : -1),
  MOST_SEVERE_FIRST: (a, b) => (`${a.severity}${a.id}` < `${b.severity}${b.id}` ? -1 : 1),
};

const expected = (matches: (incident: Known) => boolean, order: IncidentOrder) =>
  known
    .filter(matches)
    .sort(inOrder[order])
    .map(({ id }) => id);

const cases: readonly (readonly [string, IncidentFilter, (incident: Known) => boolean])[] = [
  ["all", {}, () => true],
  ["by status", { status: ["OPEN"] }, ({ status }) => status === "OPEN"],
  ["by several statuses", { status: ["OPEN", "RESOLVED", "OPEN"] }, ({ status }) => status !== "ACKNOWLEDGED"],
  ["by severity", { severity: ["P0", "P3"] }, ({ severity }) => severity === "P0" || severity === "P3"],
  [
    "by status and severity",
    { status: ["RESOLVED"], severity: ["P1"] },
    ({ status, severity }) => status === "RESOLVED" && severity === "P1",
  ],
  ["by a main service", { service: "pay" }, ({ services }) => services.includes("pay")],
  ["by a service that is second for some", { service: "cart" }, () => true],
  ["by participant", { participant: "person-2" }, ({ commander }) => commander === "person-2"],
  [
    "by participant and status",
    { participant: "person-2", status: ["RESOLVED"] },
    ({ commander, status }) => commander === "person-2" && status === "RESOLVED",
  ],
  ["by label", { labels: [{ key: "team", value: "team-1" }] }, ({ team }) => team === "team-1"],
  [
    "of one day",
    { from: "2025-01-15T00:00:00Z", until: "2025-01-16T00:00:00Z" },
    ({ startedAt }) => startedAt.startsWith("2025-01-15"),
  ],
  [
    "of a part of a second",
    { from: "2025-01-15T10:00:01.100Z", until: "2025-01-15T10:00:01.900Z" },
    ({ startedAt }) => startedAt === "2025-01-15T10:00:01.250Z",
  ],
  [
    "of several days",
    { from: "2025-01-15T00:00:00Z", until: "2025-01-17T10:00:01Z" },
    ({ startedAt }) => startedAt >= "2025-01-15" && startedAt < "2025-01-17T10:00:01",
  ],
  ["since", { from: "2025-01-16T10:00:01Z" }, ({ startedAt }) => startedAt >= "2025-01-16T10:00:01"],
  [
    "of a service, before",
    { service: "cart", until: "2025-01-15T10:00:02.250Z" },
    ({ startedAt }) => startedAt < "2025-01-15T10:00:02.250",
  ],
  ["of nobody", { participant: "nobody" }, () => false],
];

describe.each(["NEWEST_FIRST", "OLDEST_FIRST", "MOST_SEVERE_FIRST"] as const)("%s", (order) => {
  it.each(cases)("%s", async (_name, filter, matches) => {
    expect(await pages(filter, order, 100)).toEqual(expected(matches, order));
    expect(await pages(filter, order, 7)).toEqual(expected(matches, order));
  });

  it("one at a time", async () => {
    expect(await pages({ service: "cart" }, order, 1)).toEqual(expected(() => true, order));
  });
});
