/** A writer of reports that ends in time and is asked only so often, whatever the one inside does. */
import type { ReportWriter } from "../../domain/research/index.js";
import { bound } from "../model/bounded.js";
import type { Bounds } from "../model/bounded.js";

/** @throws ModelError TIMEOUT and BUDGET; the reason of the caller's signal where that aborts. */
export function boundReportWriter(writer: ReportWriter, bounds: Bounds): ReportWriter {
  return { writtenBy: writer.writtenBy, write: bound((...asked) => writer.write(...asked), bounds) };
}
