/** A writer of reports that ends in time and is asked only so often, whatever the one inside does. */
import { ReportWriterError } from "../../domain/research/index.js";
import type { ReportWriter, WritingInput } from "../../domain/research/index.js";
import { bound } from "../model/bounded.js";
import type { Bounds } from "../model/bounded.js";
import { promptVersion } from "./prompt.js";

/** Throws ReportWriterError TIMEOUT and BUDGET; the reason of the caller's signal where that aborts. */
export function boundReportWriter(writer: ReportWriter, bounds: Bounds): ReportWriter {
  const { writtenBy } = writer;
  const draft = (input: WritingInput, signal: AbortSignal) => writer.write(input, signal);
  const inner = { modelUsed: writtenBy, promptVersion, draft };
  const bounded = bound(inner, bounds, (...failure) => new ReportWriterError(...failure));
  return { writtenBy, write: (input, signal) => bounded.draft(input, signal) };
}
