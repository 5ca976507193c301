/** Reports by a language model, whoever serves it. */
import { randomBytes } from "node:crypto";
import { checkReport } from "../../domain/research/index.js";
import type { ReportWriter } from "../../domain/research/index.js";
import { ask } from "../model/ask.js";
import type { ServedModel } from "../model/ask.js";
import { Answer, buildPrompt } from "./prompt.js";

export interface ModelReportWriterDeps extends ServedModel {
  /** How many bytes of items it is shown; of what does not fit the lowest scores are left out. */
  readonly maxInputBytes: number;
  /** How often a request that failed for the time being is repeated, within the time there is. @default 1 */
  readonly maxRetries?: number | undefined;
}

/** Creates the writer. Needs a bound on its time: see `bounded.ts`. What it returns rests on the items that the model was shown. */
export function createModelReportWriter(deps: ModelReportWriterDeps): ReportWriter {
  const { model, modelUsed, maxInputBytes, maxRetries } = deps;
  return {
    writtenBy: modelUsed,
    async write(input, signal) {
      const { system, prompt, seen, toReport } = buildPrompt(input, {
        fence: randomBytes(16).toString("hex"),
        maxBytes: maxInputBytes,
      });
      const question = { model, system, prompt, schema: Answer, what: "report", maxRetries };
      const { answer } = await ask(question, signal);
      return checkReport(toReport(answer), seen);
    },
  };
}
