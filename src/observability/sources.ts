/** Gauges that are read from other parts of the server when somebody asks; a part that does not answer breaks no answer. */
import type { BatchObservableResult, Meter } from "@opentelemetry/api";
import type { ProcessorStatus } from "../domain/kernel/index.js";
import { gaugeOf, instruments } from "./metrics.js";

/** Where the gauges come from. A part that is not there has no gauges. */
export interface MetricSources {
  /** How the change feed of this process is doing. */
  readonly feed?: (() => { readonly running: boolean }) | undefined;
  /** How far the feed is behind what this process has appended. */
  readonly feedLag?: (() => { readonly events: number; readonly seconds: number }) | undefined;
  /** How the processors are doing; `ProcessorControl.list`. Asked at most once a second. */
  readonly processors?: (() => Promise<readonly ProcessorStatus[]>) | undefined;
  /** How many timers are due and have not run. Asked at most once a second. */
  readonly timersDue?: (() => Promise<number>) | undefined;
  /** Since how many seconds the integration session is due that has waited longest; 0: none is. Asked at most once a second. */
  readonly pollsOverdue?: (() => Promise<number>) | undefined;
}

export interface SourceOptions {
  /** How long an answer is good for. @default 1000 */
  readonly freshMilliseconds?: number | undefined;
  /** How long an answer is waited for. @default 2000 */
  readonly patienceMilliseconds?: number | undefined;
}

/** Offers the gauges of `sources` on `meter`. */
export function observeSources(meter: Meter, sources: MetricSources, options: SourceOptions = {}): void {
  const up = gaugeOf(meter, instruments.sourceUp);
  const { feed, feedLag, processors, timersDue, pollsOverdue } = sources;
  const running = gaugeOf(meter, instruments.feedRunning);
  const lagEvents = gaugeOf(meter, instruments.feedLagEvents);
  const lagSeconds = gaugeOf(meter, instruments.feedLagSeconds);
  const tell = async (result: BatchObservableResult, source: string, read: () => void | Promise<void>) => {
    try {
      await read();
      result.observe(up, 1, { source });
    } catch {
      // What went wrong is told by the part itself; here it only shows that nothing is known.
      result.observe(up, 0, { source });
    }
  };

  if (feed !== undefined) {
    meter.addBatchObservableCallback(
      (result) => tell(result, "feed", () => result.observe(running, feed().running ? 1 : 0)),
      [running, up],
    );
  }
  if (feedLag !== undefined) {
    lagEvents.addCallback((result) => result.observe(feedLag().events));
    lagSeconds.addCallback((result) => result.observe(feedLag().seconds));
  }
  if (processors !== undefined) {
    const gauges = processorGauges(meter);
    const read = kept(processors, options);
    meter.addBatchObservableCallback(
      (result) =>
        tell(result, "processors", async () => {
          for (const status of await read()) gauges.observe(result, status);
        }),
      [...gauges.all, up],
    );
  }
  if (timersDue !== undefined) {
    const due = gaugeOf(meter, instruments.timersDue);
    const read = kept(timersDue, options);
    meter.addBatchObservableCallback(
      (result) => tell(result, "timers", async () => result.observe(due, await read())),
      [due, up],
    );
  }
  if (pollsOverdue !== undefined) {
    const overdue = gaugeOf(meter, instruments.pollsOverdue);
    const read = kept(pollsOverdue, options);
    meter.addBatchObservableCallback(
      (result) => tell(result, "integrations", async () => result.observe(overdue, await read())),
      [overdue, up],
    );
  }
}

function processorGauges(meter: Meter) {
  const lagEvents = gaugeOf(meter, instruments.processorLagEvents);
  const lagSeconds = gaugeOf(meter, instruments.processorLagSeconds);
  const deadLetters = gaugeOf(meter, instruments.processorDeadLetters);
  const holders = gaugeOf(meter, instruments.processorHolders);
  const failing = gaugeOf(meter, instruments.processorFailing);
  return {
    all: [lagEvents, lagSeconds, deadLetters, holders, failing],
    observe: (result: BatchObservableResult, status: ProcessorStatus) => {
      const labels = { processor: status.name, kind: status.kind };
      result.observe(lagEvents, status.lagEvents, labels);
      result.observe(lagSeconds, status.lagSeconds ?? 0, labels);
      result.observe(deadLetters, status.deadLetters, labels);
      result.observe(holders, status.holder === undefined ? 0 : 1, labels);
      result.observe(failing, status.error === undefined ? 0 : 1, labels);
    },
  };
}

/** Asks at most once within `freshMilliseconds`, waits no longer than `patienceMilliseconds`, and does not keep failures. */
function kept<Answer>(ask: () => Promise<Answer>, options: SourceOptions): () => Promise<Answer> {
  const fresh = options.freshMilliseconds ?? 1_000;
  const patience = options.patienceMilliseconds ?? 2_000;
  let known: { readonly at: number; readonly answer: Answer } | undefined;
  let asked: Promise<Answer> | undefined;
  return async () => {
    if (known !== undefined && performance.now() - known.at < fresh) return known.answer;
    // A question that was not answered in time is still the one that is waited for: a slow store is not asked twice.
    asked ??= ask()
      .then((answer) => {
        known = { at: performance.now(), answer };
        return answer;
      })
      .finally(() => (asked = undefined));
    return within(asked, patience);
  };
}

async function within<Answer>(answer: Promise<Answer>, milliseconds: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
