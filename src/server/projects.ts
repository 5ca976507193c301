/** The projects context, wired together: its service, and the workflow that its policies drive. */
import { createConsoleNotifier } from "../adapters/console/consoleNotifier.js";
import {
  createBatching,
  createDeterministicSummarizer,
  createPosting,
  createProjectService,
  createSettingsReader,
  createSummarising,
} from "../domain/projects/index.js";
import type {
  BatchWorkflow,
  PostingDeps,
  ProjectReadModel,
  ProjectService,
  ProjectServiceDeps,
  ProjectsCommand,
  ProjectsState,
  Summarizer,
  SummaryObserver,
} from "../domain/projects/index.js";
import type { Clock, CommandHandler, EventStore, Ids, ObjectStore } from "../domain/kernel/index.js";
import type { Logger } from "../observability/logger.js";
import type { Backoff } from "../store/dynamodb/retry.js";
import { nameId } from "../store/nameId.js";
import { sha256 } from "../store/sha256.js";

/** Who writes summaries and who posts them. */
export interface ProjectsOptions {
  /** @default by rules, without a model */
  readonly summarizer?: Summarizer | undefined;
  readonly summaryObserver?: SummaryObserver | undefined;
  /** @default to the log; no project is told too often */
  readonly posting?: Pick<PostingDeps, "notifier" | "fallback" | "batchUrl" | "admit"> | undefined;
}

export interface ProjectsDeps {
  readonly options: ProjectsOptions;
  readonly commands: CommandHandler<ProjectsState, ProjectsCommand>;
  readonly eventStore: EventStore;
  readonly readModel: ProjectReadModel;
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly backoff: Backoff;
  readonly log: Logger;
}

export interface Projects {
  readonly service: ProjectService;
  readonly workflow: BatchWorkflow;
}

export function createProjects(deps: ProjectsDeps): Projects {
  const { options, commands, eventStore, readModel, clock, backoff, log } = deps;
  const settings = createSettingsReader({ readModel, clock });
  const batching = createBatching({ commands, eventStore, readModel, settings, clock, backoff });
  const toService: ProjectServiceDeps = {
    ...deps,
    settings,
    batching,
    digest: sha256,
    toId: nameId,
    report: (error) => log.error({ err: error, event: "ingest.item" }, "an item could not be recorded"),
  };
  const summarising = createSummarising({
    commands,
    readModel,
    summarizer: options.summarizer ?? createDeterministicSummarizer(),
    digest: sha256,
    clock,
    observer: options.summaryObserver,
  });
  const posting = createPosting({ commands, readModel, clock, ...(options.posting ?? toLogOnly(log)) });
  return {
    service: createProjectService(toService),
    workflow: {
      evaluate: (...asked) => batching.evaluate(...asked),
      summarise: (...asked) => summarising.summarise(...asked),
      post: (...asked) => posting.post(...asked),
      notify: (...asked) => posting.notify(...asked),
    },
  };
}

function toLogOnly(log: Logger): NonNullable<ProjectsOptions["posting"]> {
  const notifier = createConsoleNotifier({ log });
  return { notifier, fallback: notifier, batchUrl: () => undefined, admit: async () => true };
}
