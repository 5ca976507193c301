/** The projects context as callers use it: what can be asked of project events, batches and settings. */
import type { StreamPosition } from "../kernel/eventStore.js";
import type { Request } from "../kernel/request.js";
import type { Instant } from "../kernel/time.js";
import type { AssignmentRule } from "./events.js";
import type { IncomingEventInput } from "./normalised.js";
import type { Batch, ProjectEvent, ProjectRouting, ProjectSettings } from "./state.js";
import type { BatchPolicy, BatchTrigger, NotificationLevel } from "./values.js";

/** What became of one delivery. */
export interface Ingested {
  readonly projectEventId: string;
  /** Absent where the delivery had come before: read it then. */
  readonly projectEvent?: ProjectEvent;
  /** The delivery had come before, and has no second effect. */
  readonly repeated: boolean;
  readonly position: StreamPosition;
}

export interface BatchOutcome {
  readonly batchId: string;
  readonly batch?: Batch;
  readonly position: StreamPosition;
}

/** Every function throws a DomainError where the input is refused, and then nothing was written. */
export interface ProjectService {
  /** One transaction: the event and its row. One request where the delivery is new, two more where it is not. */
  ingest(event: IncomingEventInput, request: Request): Promise<Ingested>;
  /**
   * Up to 100, in as few transactions as hold them; an answer for each, in their order. What is wrong with one is no harm to
   * the others, and an item that appears twice counts once. `request.idempotencyKey` is not used: each delivery has its own.
   */
  ingestMany(
    events: readonly unknown[],
    request: Request,
  ): Promise<readonly (Ingested | { readonly refused: Error })[]>;
  /** Moves an event that waits for its batch to another project. One that is in a batch stays. */
  reassign(
    projectEventId: string,
    input: { readonly project: string; readonly reason?: string | undefined },
    request: Request,
  ): Promise<{
    readonly projectEventId: string;
    readonly projectEvent?: ProjectEvent;
    readonly position: StreamPosition;
  }>;
  setSettings(
    project: string,
    input: {
      readonly policy?: BatchPolicy | undefined;
      readonly channel?: string | null | undefined;
      readonly notifications?: NotificationLevel | undefined;
    },
    request: Request,
  ): Promise<{ readonly settings: ProjectSettings; readonly position: StreamPosition }>;
  /** Rules are for callers who see all projects: a rule takes events from whoever would have had them. */
  addRule(
    input: Omit<AssignmentRule, "ruleId">,
    request: Request,
  ): Promise<{ readonly rule: AssignmentRule; readonly routing: ProjectRouting; readonly position: StreamPosition }>;
  removeRule(
    ruleId: string,
    request: Request,
  ): Promise<{ readonly routing: ProjectRouting; readonly position: StreamPosition }>;
  /** Seals what waits now, whatever the policy says; no batch where nothing waits. */
  flush(project: string, request: Request): Promise<readonly BatchOutcome[]>;
  /**
   * Asks for another summary; it is written, and the posted message updated, within moments. Where one is on its way, nothing,
   * unless nothing has happened for two minutes: then it is asked for once more.
   */
  regenerateSummary(
    batchId: string,
    input: { readonly reason?: string | undefined },
    request: Request,
  ): Promise<BatchOutcome>;
  /** Asks for another try at posting a batch that is POST_FAILED, or SUMMARISED without anything happening for two minutes. */
  retryPost(batchId: string, request: Request): Promise<BatchOutcome>;
}

/** What policies have done: each is safe to be asked for twice. */
export interface BatchWorkflow {
  /**
   * Seals what the project's policy says must be sealed now. `projectEventId`: one that is known to wait, whatever the index
   * says so far. `again`: when it must be asked again if nothing comes before, with this `projectEventId`.
   */
  evaluate(
    project: string,
    request: Request,
    projectEventId?: string,
  ): Promise<{ readonly again?: Instant; readonly projectEventId?: string }>;
  /**
   * Writes the summary that the batch waits for. A model that fails is replaced by the deterministic summarizer. `again`: some
   * of its events are being told of at once, and the summary must know which.
   */
  summarise(batchId: string, request: Request, signal: AbortSignal): Promise<{ readonly again?: Instant }>;
  /**
   * Posts the batch, or puts a newer summary in the place of the posted one. Records every outcome; throws none of the
   * notifier's. `again`: it may not be posted before then (quiet hours, others' turn), and must be asked for again.
   */
  post(batchId: string, request: Request, signal: AbortSignal): Promise<{ readonly again?: Instant }>;
  /**
   * Tells of one event at once. Where that is given up (its batch has a summary, the project is told too often, the notifier
   * refuses it, or it is too late) that is recorded, and the batch tells it. `again`: the notifier does not answer, asks for
   * patience, or it is others' turn; it must be asked for again.
   */
  notify(projectEventId: string, request: Request, signal: AbortSignal): Promise<{ readonly again?: Instant }>;
}

/** A batch that a policy would have made of the past. */
export interface BacktestedBatch {
  readonly sealedAt: Instant;
  readonly openedAt: Instant;
  readonly trigger: BatchTrigger;
  readonly eventCount: number;
}
