/** What the projects context asks of the world besides its store: who writes summaries, and who posts them. */
import type { Instant } from "../kernel/time.js";
import type { Batch, ProjectEvent } from "./state.js";
import type { Summary } from "./summary.js";
import type { BatchTrigger } from "./values.js";

/** What a summarizer is shown. Already redacted, clipped and without what was told at once. */
export interface SummaryInput {
  readonly project: string;
  readonly batchId: string;
  readonly openedAt: Instant;
  readonly sealedAt: Instant;
  /** In the order of their receipt. */
  readonly events: readonly ProjectEvent[];
  /** How many were told of at once, and are left out. */
  readonly alreadyNotified: number;
}

/** What a summarizer proposes: nothing in it is trusted. `checkSummary` makes a {@link Summary} of it. */
export interface SummaryDraft {
  readonly headline: string;
  readonly themes: readonly DraftClaim[];
  readonly blockers: readonly DraftClaim[];
  readonly achievements: readonly DraftClaim[];
}
export interface DraftClaim {
  readonly text: string;
  readonly projectEventIds: readonly string[];
}

/** Port: writes summaries. */
export interface Summarizer {
  /** `deterministic-v1`, or the name of the model; recorded with each summary. */
  readonly modelUsed: string;
  /** Changes whenever the same input would be asked about in other words. */
  readonly promptVersion: string;
  /**
   * A draft. Throws {@link ModelError} where there is none; ends soon once `signal` aborts. `omitted`: events that it
   * had no room for.
   */
  draft(input: SummaryInput, signal: AbortSignal): Promise<{ readonly draft: SummaryDraft; readonly omitted: number }>;
}

/** A message about a batch. */
export interface BatchMessage {
  readonly kind: "batch";
  /** Made of the batch's id and the attempt's message: what a notifier finds it by. */
  readonly key: string;
  readonly channel: string | undefined;
  readonly batch: Pick<Batch, "batchId" | "project" | "openedAt" | "sealedAt" | "critical"> & {
    readonly trigger: BatchTrigger;
    readonly eventCount: number;
  };
  readonly summary: Summary;
  readonly revision: number;
  readonly modelUsed: string;
  /** Where a person can look at the batch. */
  readonly batchUrl: string | undefined;
}

/** A message about one event, at once. */
export interface EventMessage {
  readonly kind: "event";
  readonly key: string;
  readonly channel: string | undefined;
  readonly event: ProjectEvent;
}

/** What this context has posted. */
export type ProjectMessage = BatchMessage | EventMessage;
