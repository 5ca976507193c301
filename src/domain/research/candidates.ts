/** Requests that may be claimed: those that the index proposes, or those that are named. */
import { isInScope } from "../kernel/scope.js";
import type { Scope } from "../kernel/scope.js";
import type { Instant } from "../kernel/time.js";
import type { ParsedInput } from "./commands.js";
import { claimRank } from "./keys.js";
import type { Candidate, ResearchReadModel } from "./readModel.js";
import type { ResearchRun } from "./state.js";

/** What a claim asks for. */
export interface Wanted extends ParsedInput<"claim"> {
  readonly queuedBefore: Instant | undefined;
}

/** What one look may claim, page by page, by rank; each page is behind the one before. */
export interface Proposals {
  /** Up to so many, perhaps none though others are behind them. Undefined where there is nothing more to look at. */
  next(limit: number, without: Iterable<string>): Promise<readonly Candidate[] | undefined>;
}

/** Pages of one look: with up to 1,000 rows each, 20,000 rows of the index. */
const pagesAtMost = 20;

/** One request for those that are named, or as many as {@link ResearchReadModel.listCandidates} for each page. */
export function createProposals(
  readModel: Pick<ResearchReadModel, "listCandidates" | "getRuns">,
  wanted: Wanted,
  scope: Scope,
): Proposals {
  const { requestIds, strategy, types, queuedBefore } = wanted;
  let pages = 0;
  let after: string | undefined;
  return {
    async next(limit, without) {
      const isOver = pages > 0 && (requestIds !== undefined || after === undefined);
      if (isOver || pages >= pagesAtMost) return undefined;
      pages += 1;
      if (requestIds !== undefined) return listNamed(readModel, requestIds, { wanted, scope });
      const asked = { strategy, types, scope, queuedBefore, without: [...without], after, limit };
      const page = await readModel.listCandidates(asked);
      after = page.after;
      return page.candidates;
    },
  };
}

/** A name is enough, whatever the strategy. */
async function listNamed(
  readModel: Pick<ResearchReadModel, "getRuns">,
  requestIds: readonly string[],
  { wanted, scope }: { readonly wanted: Wanted; readonly scope: Scope },
): Promise<readonly Candidate[]> {
  const runs = await readModel.getRuns([...new Set(requestIds)]);
  return runs
    .flatMap((run) => (run !== undefined && isWanted(run, wanted) && isInScope(scope, [run.projectId]) ? [run] : []))
    .sort((one, other) => claimRank(one) - claimRank(other))
    .map(({ requestId, projectId, requestType, queuedAt = "" }) => ({ requestId, projectId, requestType, queuedAt }));
}

function isWanted(run: ResearchRun, { types, queuedBefore }: Wanted): boolean {
  if (run.queuedAt === undefined || (types !== undefined && !types.includes(run.requestType))) return false;
  return queuedBefore === undefined || run.queuedAt <= queuedBefore;
}

/** The first so many by chance, the others as they are. */
export function headShuffled<T>(values: readonly T[], head: number, random: () => number): readonly T[] {
  const placed = values.slice(0, head).map((value) => ({ value, place: random() }));
  placed.sort((one, other) => one.place - other.place);
  return [...placed.map(({ value }) => value), ...values.slice(head)];
}
