/** Results as JSON text: errors presented and the text written once, however many clients get the same result. */
import type { ExecutionResult, FormattedExecutionResult } from "graphql";
import type { PresentError } from "./errors.js";

export interface ResultTexts {
  /** The result with its errors as clients may see them. The same object for the same result. */
  present(result: ExecutionResult): FormattedExecutionResult;
  /** {@link present} as JSON. */
  textOf(result: ExecutionResult): string;
}

export function createResultTexts(presentError: PresentError): ResultTexts {
  const presented = new WeakMap<ExecutionResult, FormattedExecutionResult>();
  const texts = new WeakMap<ExecutionResult, string>();

  const present = (result: ExecutionResult): FormattedExecutionResult => {
    const known = presented.get(result);
    if (known) return known;
    const { errors, ...rest } = result;
    const made = errors ? { ...rest, errors: errors.map(presentError) } : rest;
    presented.set(result, made);
    return made;
  };

  return {
    present,
    textOf: (result) => {
      const known = texts.get(result);
      if (known !== undefined) return known;
      const text = JSON.stringify(present(result));
      texts.set(result, text);
      return text;
    },
  };
}
