/** Lists that must show a change: indexes follow the table within moments, and who wrote wants to see what it wrote. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Incident, IncidentQuery } from "../../../domain/incidents/index.js";
import type { Page } from "../../../domain/kernel/page.js";
import { UnavailableError } from "../../../domain/kernel/errors.js";
import { matchesFilter, rankIn } from "./lists.js";

export interface AtLeastDeps {
  /** Reads the page, from indexes. */
  readonly list: (query: IncidentQuery) => Promise<Page<Incident>>;
  /** Reads an incident, strongly consistently. */
  readonly get: (incidentId: string) => Promise<Incident | undefined>;
  /** @default 5,000 */
  readonly waitMilliseconds?: number | undefined;
}

const lookEvery = 20;

/**
 * Reads a page until it shows the incident `query.atLeast` as it is: there with its version where it belongs on the page,
 * not there where it does not. Costs a BatchGetItem more than the list; the list again for each look that was too early,
 * which on DynamoDB is seldom more than one. Throws {@link UnavailableError} where the index does not come to it in time.
 */
export async function listAtLeast(deps: AtLeastDeps, query: IncidentQuery): Promise<Page<Incident>> {
  const { list, get, waitMilliseconds = 5_000 } = deps;
  const incidentId = query.atLeast;
  if (incidentId === undefined) return list(query);
  const deadline = performance.now() + waitMilliseconds;
  for (;;) {
    // Before the page: what the page shows may be newer, never what it is measured by.
    const incident = await get(incidentId);
    const page = await list(query);
    if (incident === undefined || shows(page, query, incident)) return page;
    if (performance.now() >= deadline) {
      throw new UnavailableError("the list has not come as far as `atLeast`; try again", ["atLeast"]);
    }
    await sleep(lookEvery);
  }
}

/** Whether a page shows an incident as it is. */
export function shows(page: Page<Incident>, query: IncidentQuery, incident: Incident): boolean {
  const shown = page.rows.find(({ row }) => row.incidentId === incident.incidentId)?.row;
  if (shown !== undefined && shown.version > incident.version) return true;
  const belongs = matchesFilter(incident, query) && isOnPage(page, query, rankIn(query, incident));
  return belongs ? shown?.version === incident.version : shown === undefined;
}

/** Whether a rank lies behind the cursor, and before the end of a page that is not the last. */
function isOnPage(page: Page<Incident>, { order, after }: IncidentQuery, rank: string): boolean {
  const precedes = (a: string, b: string) => (order === "NEWEST_FIRST" ? a > b : a < b);
  const end = page.resumeAfter ?? page.rows.at(-1)?.cursor;
  return (after === undefined || precedes(after, rank)) && (!page.hasMore || end === undefined || !precedes(end, rank));
}
