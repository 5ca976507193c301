/** Honest progress: what is done of what is known. More may become known, and yet no percentage goes back. */
import type { JsonObject } from "../domain/kernel/json.js";
import type { Work } from "./ports.js";

/** Where each stage begins and ends, in percent. The seed's `content_extraction` is one of them. */
const spans = {
  content_discovery: [0, 90],
  content_extraction: [0, 90],
  analysis: [90, 92],
  reporting: [92, 99],
} as const;
export type StageName = keyof typeof spans;

export interface Counts {
  readonly urlsFound: number;
  readonly contentExtracted: number;
  readonly processingErrors: number;
  /** Pages that are done, and those that are known. */
  readonly done: number;
  readonly known: number;
}

export interface Stages {
  enter(stage: StageName, counts: Counts): void;
  /** Says how far the stage is. */
  tell(counts: Counts, checkpoint?: JsonObject): void;
}

export function createStages(work: Pick<Work, "report">): Stages {
  let stage: StageName = "content_discovery";
  let told = 0;
  const tell: Stages["tell"] = ({ done, known, ...counts }, checkpoint) => {
    const [from, to] = spans[stage];
    const share = known === 0 ? 0 : Math.min(1, done / known);
    told = Math.max(told, Math.floor(10 * (from + (to - from) * share)) / 10);
    work.report({ stage, percentage: told, ...counts }, checkpoint);
  };
  return {
    enter(next, counts) {
      stage = next;
      const [from] = spans[next];
      told = Math.max(told, from);
      tell(counts);
    },
    tell,
  };
}
