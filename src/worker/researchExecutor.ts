/** The work of a research request: read the sources, keep what is good enough, and write down what was found. */
import type { Clock } from "../domain/kernel/index.js";
import type { PageFetcher, ReportWriter, ResultItem, WrittenReport } from "../domain/research/index.js";
import { bestFirst } from "./items.js";
import type { Assignment, Executor, Work } from "./ports.js";
import { readSources } from "./reading.js";

export interface ResearchExecutorDeps {
  readonly fetcher: Pick<PageFetcher, "fetch">;
  readonly writer: ReportWriter;
  /** Writes where the writer cannot: by rules. */
  readonly fallbackWriter: ReportWriter;
  readonly clock: Clock;
}

export function createResearchExecutor({ fetcher, writer, fallbackWriter, clock }: ResearchExecutorDeps): Executor {
  const write = async (
    { requestType, config }: Assignment,
    items: readonly ResultItem[],
    work: Work,
  ): Promise<WrittenReport & { readonly writtenBy: string }> => {
    const { keywords, customParams } = config;
    const input = { requestType, keywords, items, customParams };
    try {
      return { ...(await writer.write(input, work.signal)), writtenBy: writer.writtenBy };
    } catch (error) {
      work.signal.throwIfAborted();
      const said = error instanceof Error ? error.message : String(error);
      work.note("WARNING", `${writer.writtenBy} gave no usable report, so that it is written by rules: ${said}`, {
        stage: "reporting",
      });
      return { ...(await fallbackWriter.write(input, work.signal)), writtenBy: fallbackWriter.writtenBy };
    }
  };

  return async (assignment, work) => {
    const { items: found, stages, requests, ...counts } = await readSources({ fetcher, clock }, assignment, work);
    const all = { ...counts, done: 0, known: 1 };
    stages.enter("analysis", all);
    const isResumed = assignment.checkpoint !== undefined && assignment.parts.length > 0;
    const earlier = isResumed ? await work.earlierItems() : [];
    const items = bestFirst(new Map([...earlier.map((item) => [item.itemId, item] as const), ...found]).values());
    stages.enter("reporting", all);
    const { executiveSummary, keyFindings, writtenBy } = await write(assignment, items, work);
    stages.tell({ ...all, done: 1 });
    const { urlsFound: urlsDiscovered, contentExtracted } = counts;
    return {
      executiveSummary,
      keyFindings: keyFindings.map(({ text, citations }) => ({ text, citations: [...citations] })),
      writtenBy,
      urlsDiscovered,
      contentExtracted,
      apiCalls: requests,
    };
  };
}
