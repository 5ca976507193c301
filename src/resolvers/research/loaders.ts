/** The loaders of the research context. */
import DataLoader from "dataloader";
import type { Scope } from "../../domain/kernel/scope.js";
import { isRequestVisible } from "../../domain/research/index.js";
import type {
  ReportReader,
  ResearchReadModel,
  ResearchRequest,
  ResearchRun,
  ResultItem,
  StoredContent,
} from "../../domain/research/index.js";
import { scoped } from "../scoped.js";
import type { ScopedLoader } from "../scoped.js";

/** Runs and reports are asked for only of a request that the caller may see. */
export interface ResearchLoaders {
  /** Requests of the caller's projects; all others are not there. */
  readonly researchRequest: ScopedLoader<ResearchRequest>;
  readonly researchRun: DataLoader<string, ResearchRun | undefined>;
  /** All items of a report: one read of the object store for each. */
  readonly reportItems: DataLoader<StoredContent, readonly ResultItem[], string>;
}

/** What they read from. */
export interface ResearchSources {
  readonly researchViews: ResearchReadModel;
  readonly researchReports: ReportReader;
}

export function createResearchLoaders(
  { researchViews: views, researchReports: reports }: ResearchSources,
  scope: Scope,
): ResearchLoaders {
  return {
    researchRequest: scoped(
      (ids) => views.getRequests(ids),
      (row) => isRequestVisible(row, scope),
    ),
    researchRun: new DataLoader((ids) => views.getRuns(ids)),
    reportItems: new DataLoader((stored) => readOneByOne(reports, stored), {
      cacheKeyFn: ({ objectKey }) => objectKey,
    }),
  };
}

/** A report may have megabytes: not all of a page at the same time. */
async function readOneByOne(
  reports: ReportReader,
  stored: readonly StoredContent[],
): Promise<readonly (readonly ResultItem[] | Error)[]> {
  const read: (readonly ResultItem[] | Error)[] = [];
  for (const report of stored) {
    read.push(
      await reports
        .items(report)
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    );
  }
  return read;
}
