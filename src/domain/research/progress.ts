/** What a worker may say of its progress, and how long the rest will take. */
import { invalid, refuseProblems } from "../kernel/errors.js";
import type { Problem } from "../kernel/errors.js";
import { present } from "../kernel/present.js";
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import type { ResearchEventOf } from "./events.js";
import type { Lease, Progress, ResearchRun } from "./state.js";
import type { ReportedProgress } from "./values.js";

type ProgressData = NonNullable<ResearchEventOf<"RequestProgressed">["data"]["progress"]>;

const counters = ["percentage", "urlsFound", "contentExtracted", "processingErrors"] as const;

/** Less than this says too little about the rest. */
const leastPercentage = 5;

/** The progress as it is then: counters that are not told stay. @throws ValidationError for each number that would go back (defect R16). */
export function nextProgress(
  reported: ReportedProgress,
  { run, lease, now }: { readonly run: ResearchRun; readonly lease: Lease; readonly now: Instant },
): ProgressData {
  const known = run.progress;
  const problems = counters.flatMap((counter): readonly Problem[] => {
    const [from, to = from] = [known[counter], reported[counter]];
    return to < from ? [{ path: ["progress", counter], message: `must not go back from ${from} to ${to}` }] : [];
  });
  refuseProblems(problems);
  const { stage, percentage, estimatedCompletion } = reported;
  if (estimatedCompletion !== undefined && estimatedCompletion < now)
    throw invalid(["progress", "estimatedCompletion"], `must not be in the past: it is ${now}`);
  return present({
    stage,
    percentage,
    urlsFound: reported.urlsFound ?? known.urlsFound,
    contentExtracted: reported.contentExtracted ?? known.contentExtracted,
    processingErrors: reported.processingErrors ?? known.processingErrors,
    estimatedCompletion: estimatedCompletion ?? estimate(percentage, lease.startedAt, now),
  });
}

/** The rest takes as long for each percent as what is done took. */
function estimate(percentage: number, startedAt: Instant | undefined, now: Instant): Instant | undefined {
  if (startedAt === undefined || percentage < leastPercentage) return undefined;
  const elapsed = toMilliseconds(now) - toMilliseconds(startedAt);
  return toInstant(toMilliseconds(now) + Math.round((elapsed * (100 - percentage)) / percentage));
}

/** Whether all that is told is known. */
export function saysNothingNew(reported: ReportedProgress, known: Progress): boolean {
  const { stage, percentage, urlsFound, contentExtracted, processingErrors, estimatedCompletion } = reported;
  const told = present({ stage, percentage, urlsFound, contentExtracted, processingErrors, estimatedCompletion });
  return Object.entries({ ...known, ...told }).every(([name, value]) => value === known[name as keyof Progress]);
}
