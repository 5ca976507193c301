/** A summarizer that ends in time and is asked only so often, whatever the one inside does. */
import { SummarizerError } from "../../domain/projects/index.js";
import type { Summarizer } from "../../domain/projects/index.js";
import { bound } from "../model/bounded.js";
import type { Bounds } from "../model/bounded.js";

/** Throws SummarizerError TIMEOUT and BUDGET; the reason of the caller's signal where that aborts. */
export function boundSummarizer(summarizer: Summarizer, bounds: Bounds): Summarizer {
  return bound(summarizer, bounds, (...failure) => new SummarizerError(...failure));
}
