/** Workers without a ledger: what an executor is given, and all that it says. */
import type { JsonObject } from "../../src/domain/kernel/json.js";
import type { InputOf, ReportedProgress, ResultItem } from "../../src/domain/research/index.js";
import { RequestConfig } from "../../src/domain/research/index.js";
import type { Assignment, Work } from "../../src/worker/index.js";

export function anAssignment(
  config: InputOf<"submit">["config"],
  more: Partial<Omit<Assignment, "config">> = {},
): Assignment {
  return {
    requestId: "req_1757412789250_a08ac7ad",
    projectId: "atlas",
    requestType: "semaglutide_intelligence",
    config: RequestConfig.parse(config),
    leaseToken: 2,
    leaseUntil: "2025-09-09T10:14:09.250Z",
    leaseSeconds: 60,
    attempt: 1,
    parts: [],
    ...more,
  };
}

export interface RecordedWork extends Work {
  readonly progress: readonly ReportedProgress[];
  readonly checkpoints: readonly JsonObject[];
  readonly parts: ReadonlyMap<number, readonly ResultItem[]>;
  readonly notes: readonly { readonly level: string; readonly message: string; readonly stage?: string }[];
  /** All items, as a report has them. */
  items(): readonly ResultItem[];
  stop(): void;
}

/** `parts`: what earlier attempts have added. `onReport`: told behind each report. */
export function recordWork(
  parts: ReadonlyMap<number, readonly ResultItem[]> = new Map(),
  onReport: (work: RecordedWork) => void = () => undefined,
): RecordedWork {
  const controller = new AbortController();
  const [progress, checkpoints, notes] = [[], [], []] as [ReportedProgress[], JsonObject[], RecordedWork["notes"][0][]];
  const kept = new Map(parts);
  const itemsOf = (some: Iterable<readonly ResultItem[]>) => [
    ...new Map([...some].flat().map((item) => [item.itemId, item])).values(),
  ];
  const work: RecordedWork = {
    ...{ signal: controller.signal, progress, checkpoints, parts: kept, notes },
    report(reported, checkpoint) {
      progress.push(reported);
      if (checkpoint !== undefined) checkpoints.push(checkpoint);
      onReport(work);
    },
    addItems: async (part, items) => void kept.set(part, items),
    note: (level, message, { stage } = {}) =>
      void notes.push({ level, message, ...(stage === undefined ? {} : { stage }) }),
    earlierItems: async () => itemsOf(parts.values()),
    items: () => itemsOf(kept.values()),
    stop: () => controller.abort(new Error("stopped")),
  };
  return work;
}
