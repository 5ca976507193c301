/** Reads an operation from the body of a POST or the query string of a GET, for SSE. */
import { z } from "zod";
import { isNestedTooDeep } from "./jsonDepth.js";
import type { OperationRequest } from "./operations.js";

/** The operation, or what is wrong with the request. */
export type ReadOperation =
  | { readonly status: "read"; readonly operation: OperationRequest }
  | { readonly status: "malformed"; readonly message: string };

/** Reads the parsed JSON body of a POST. */
export function operationFromBody(body: unknown): ReadOperation {
  return read(Operation.safeParse(body));
}

/** Reads the query string of a GET, where variables are JSON text. */
export function operationFromQuery(query: unknown): ReadOperation {
  return read(QueryString.safeParse(query));
}

const Variables = z.record(z.string(), z.unknown());

const Operation = z.object({
  query: z.string().min(1),
  operationName: z.string().nullish(),
  variables: Variables.nullish(),
});

const jsonText = z.string().transform((text, context): unknown => {
  if (isNestedTooDeep(text)) {
    context.addIssue({ code: "custom", message: "is nested too deep" });
    return z.NEVER;
  }
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "is not JSON" });
    return z.NEVER;
  }
});

const QueryString = Operation.extend({ variables: jsonText.pipe(Variables.nullable()).optional() });

function read(parsed: z.ZodSafeParseResult<OperationRequest>): ReadOperation {
  if (parsed.success) return { status: "read", operation: parsed.data };
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "request"}: ${issue.message}`);
  return { status: "malformed", message: problems.join("; ") };
}
