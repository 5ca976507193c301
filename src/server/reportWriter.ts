/** Who writes reports of research, as the configuration says. */
import { loadModel } from "../adapters/model/loadModel.js";
import { boundReportWriter } from "../adapters/reportWriter/bounded.js";
import type { Config } from "../config/config.js";
import { createDeterministicReportWriter } from "../domain/research/index.js";
import type { ReportWriter } from "../domain/research/index.js";

/** Creates the writer. A model is asked within its time and its budget, and loaded only where it is asked. */
export async function createReportWriter({
  reportWriter: config,
}: Pick<Config, "reportWriter">): Promise<ReportWriter> {
  if (config.kind === "deterministic") return createDeterministicReportWriter();
  const { createModelReportWriter } = await import("../adapters/reportWriter/modelReportWriter.js");
  const served = await loadModel(config);
  return boundReportWriter(createModelReportWriter({ ...served, maxInputBytes: config.maxInputBytes }), config);
}
