/** A summarizer that ends in time and is asked only so often, whatever the one inside does. */
import type { Summarizer } from "../../domain/projects/index.js";
import { bound } from "../model/bounded.js";
import type { Bounds } from "../model/bounded.js";

/** @throws ModelError TIMEOUT and BUDGET; the reason of the caller's signal where that aborts. */
export function boundSummarizer(summarizer: Summarizer, bounds: Bounds): Summarizer {
  const { modelUsed, promptVersion } = summarizer;
  return { modelUsed, promptVersion, draft: bound((...asked) => summarizer.draft(...asked), bounds) };
}
