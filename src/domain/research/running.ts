/** Who is with workers already when a project gets a limit: without one nobody was counted. */
import type { ParsedInput } from "./commands.js";
import type { Lane } from "./events.js";
import { readProject } from "./outcomes.js";
import type { ResearchReadModel } from "./readModel.js";

/** Requests of the project that are counted, at most; and those of all projects that are looked at for them. */
const runningAtMost = 200;
const pageSize = 200;
const pagesAtMost = 50;

/** Their leases, strongly consistent; which requests these are is moments behind. None where the project has a limit, or is to have none. */
export async function findRunning(
  readModel: Pick<ResearchReadModel, "getProjects" | "getRuns" | "listRequests">,
  projectId: string,
  { maxRunning }: ParsedInput<"setLimit">,
): Promise<readonly Lane[]> {
  const { maxRunning: before } = await readProject(readModel, projectId);
  if (maxRunning === undefined || before !== undefined) return [];
  const runs = await readModel.getRuns(await listRunning(readModel, projectId));
  return runs.flatMap((run) =>
    run?.lease === undefined ? [] : [{ requestId: run.requestId, leaseToken: run.lease.leaseToken }],
  );
}

/** By status, not by project: few of all requests are with workers at a time, but very many of a project may wait or be over. */
async function listRunning(
  readModel: Pick<ResearchReadModel, "listRequests">,
  projectId: string,
): Promise<readonly string[]> {
  // One that is started meanwhile may be found twice.
  const found = new Set<string>();
  let after: string | undefined;
  for (let pages = 0; pages < pagesAtMost && found.size < runningAtMost; pages += 1) {
    const page = await readModel.listRequests({
      filter: { statuses: ["PROCESSING", "EXECUTING"] },
      order: "NEWEST_FIRST",
      first: pageSize,
      after,
    });
    for (const { row } of page.rows) if (row.projectId === projectId) found.add(row.requestId);
    after = page.resumeAfter ?? page.rows.at(-1)?.cursor;
    if (!page.hasMore) break;
  }
  return [...found].slice(0, runningAtMost);
}
