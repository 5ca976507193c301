/** What HTTP, the network and answers that are none mean for a poll. Messages are ours: nothing that was answered or sent is in them. */
import type { z } from "zod";
import { ServiceFailure } from "../../domain/integrations/index.js";
import { parseRetryAfter } from "../retryAfter.js";

/** An answer has more bytes than any should have. */
export class AnswerTooLargeError extends Error {
  constructor(readonly maxBytes: number) {
    super(`the answer has more than ${maxBytes} bytes`);
  }
}

/** An answer that is no success, where its status says all that there is to know. */
export function failureOfStatus(
  title: string,
  { status, retryAfter }: { readonly status: number; readonly retryAfter?: string | undefined },
  nowMilliseconds: number,
): ServiceFailure {
  const code = `http_${status}`;
  const wait = parseRetryAfter(retryAfter, nowMilliseconds);
  const says = `${title} answers with status ${status}`;
  if (status === 401) return new ServiceFailure("AUTH", code, `${title} does not take the credential`);
  if (status === 429) return new ServiceFailure("RATE", code, `${title} was asked too often`, wait);
  // What passes, and what is no answer of the service itself, such as a proxy's redirect.
  if (status >= 500 || status < 400 || passing.has(status)) return new ServiceFailure("TRANSIENT", code, says, wait);
  return new ServiceFailure("PERMANENT", code, says);
}

/** Request timeout, conflict, too early. */
const passing: ReadonlySet<number> = new Set([408, 409, 425]);

/** An answer that is not what the service says it answers. */
export function badAnswer(title: string, what: string): ServiceFailure {
  return new ServiceFailure("TRANSIENT", "bad_answer", `${title}'s answer is not what it should be: ${what}`);
}

/** @throws ServiceFailure `bad_answer`; says where, and never what was there. */
export function readAnswer<Answer>(title: string, schema: z.ZodType<Answer>, answer: unknown): Answer {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badAnswer(title, issue === undefined || issue.path.length === 0 ? "no JSON" : issue.path.join("."));
}

/** Whatever was thrown while a service was asked. What is not known is taken for a failure that passes: trying again loses nothing. */
export function toServiceFailure(title: string, error: unknown): ServiceFailure {
  // Causes are left behind: clients put requests into their errors, with tokens in them.
  for (const cause of causesOf(error)) {
    if (cause instanceof ServiceFailure) return cause;
    if (cause instanceof AnswerTooLargeError) {
      return new ServiceFailure("TRANSIENT", "too_large", `${title}'s answer has more than ${cause.maxBytes} bytes`);
    }
    if (cause.name === "TimeoutError") {
      return new ServiceFailure("TRANSIENT", "timeout", `${title} does not answer in time`);
    }
    const code = networkCodeOf(cause);
    if (code !== undefined) {
      return new ServiceFailure("TRANSIENT", code.toLowerCase(), `${title} cannot be reached (${code})`);
    }
  }
  const isNetwork = causesOf(error).some(({ message }) => message === "fetch failed" || message === "terminated");
  return isNetwork
    ? new ServiceFailure("TRANSIENT", "network", `${title} cannot be reached, or its answer not read to its end`)
    : badAnswer(title, "it cannot be read");
}

/** The error, what caused it, and so on; clients hold it as `cause` or `original`. */
function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  let next: unknown = error;
  while (next instanceof Error && causes.length < 8) {
    causes.push(next);
    next = next.cause ?? ("original" in next ? next.original : undefined);
  }
  return causes;
}

/** `ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`. */
function networkCodeOf(error: Error): string | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return /^(?:E[A-Z_]{2,30}|UND_ERR_[A-Z_]{1,40}|CERT_[A-Z_]{1,40}|[A-Z_]{1,40}_CERT[A-Z_]{0,40})$/.test(code)
    ? code
    : undefined;
}
