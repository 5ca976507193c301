/** One GET of a JSON document, and what its failures mean. */
import type { Json, JsonObject } from "../../domain/kernel/json.js";
import type { LookupFunction } from "node:net";
import { z } from "zod";
import { ServiceFailure } from "../../domain/integrations/index.js";
import { toMilliseconds } from "../../domain/kernel/time.js";
import type { Instant } from "../../domain/kernel/time.js";
import { inTime } from "../inTime.js";
import { createAllowance } from "../web/allowedHosts.js";
import { parseRetryAfter } from "../retryAfter.js";
import { TransportError, createTransport } from "../web/transport.js";
import type { Answer } from "../web/transport.js";
import { failureOfStatus, badAnswer as notAsItShouldBe } from "./failures.js";
import { parseJson } from "./httpJson.js";

export interface HttpAskDeps {
  readonly allowedHosts: readonly string[];
  /** For one request, until its answer is read. */
  readonly timeoutMilliseconds: number;
  /** @default that of the operating system */
  readonly lookup?: LookupFunction | undefined;
}

/** What is asked beside the address. */
export interface Asking {
  readonly credential: HttpCredential | undefined;
  /** Whether a cursor is in the address: then 410 says that it is forgotten. */
  readonly hasCursor: boolean;
  readonly now: Instant;
  readonly signal: AbortSignal;
}

export interface HttpAsk {
  /** Undefined where there is nothing (204). @throws ServiceFailure */
  ask(url: URL, asking: Asking): Promise<Json | undefined>;
  close(): Promise<void>;
}

/** Headers that say how a message is sent are not for others to give. */
const ours =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|accept-encoding)$/i;
const headerValue = z
  .string()
  .min(1, "must not be empty")
  .max(4_000, "must have at most 4000 characters")
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, "must be printable ASCII");
const Credential = z.union([
  z.strictObject({ bearerToken: headerValue }),
  z.strictObject({
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "must be a header's name"), headerValue)
      .refine((headers) => Object.keys(headers).length <= 20, "must be at most 20")
      .refine((headers) => !Object.keys(headers).some((name) => ours.test(name)), "must not say how messages are sent"),
  }),
]);
export type HttpCredential = z.output<typeof Credential>;
export const httpCredential: z.ZodType<HttpCredential & JsonObject> = Credential;

const mostBytes = 5_000_000;

export function createHttpAsk({ allowedHosts, timeoutMilliseconds, lookup }: HttpAskDeps): HttpAsk {
  const transport = createTransport({ isAllowed: createAllowance(allowedHosts), timeoutMilliseconds, lookup });
  return {
    ask: (url, asking) =>
      inTime({ milliseconds: timeoutMilliseconds, signal: asking.signal }, async (signal, isOver) => {
        try {
          const headers = { ...sent, ...headersOf(asking.credential) };
          return await read(await transport.get(url, { headers, signal }), asking);
        } catch (error) {
          asking.signal.throwIfAborted();
          if (isOver()) throw new ServiceFailure("TRANSIENT", "timeout", `${title} did not answer in time`);
          throw error instanceof TransportError ? toFailure(error) : error;
        }
      }),
    close: () => transport.close(),
  };
}

const sent = {
  accept: "application/json",
  "accept-encoding": "gzip, deflate, br",
  "user-agent": "opsledger-integrations/1.0",
};

function headersOf(credential: HttpCredential | undefined): Record<string, string> {
  if (credential === undefined) return {};
  return "headers" in credential ? credential.headers : { authorization: `Bearer ${credential.bearerToken}` };
}

async function read(answer: Answer, asking: Asking): Promise<Json | undefined> {
  const failure = answer.status === 204 ? undefined : statusFailure(answer, asking);
  if (answer.status === 204 || failure !== undefined) await answer.drop();
  if (failure !== undefined) throw failure;
  if (answer.status === 204) return undefined;
  const bytes = await answer.read(mostBytes);
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw badAnswer("no JSON");
    throw error;
  }
}

/** The service answers with what cannot be worked with. */
export function badAnswer(what: string): ServiceFailure {
  return notAsItShouldBe(title, what);
}

const title = "the service";

function statusFailure({ status, header }: Answer, asking: Asking): ServiceFailure | undefined {
  const { hasCursor, now } = asking;
  if (status >= 200 && status < 300) return undefined;
  if (status === 403) return refusal(parseRetryAfter(header("retry-after"), toMilliseconds(now)), asking);
  if (status === 410 && hasCursor) {
    return new ServiceFailure("CURSOR_EXPIRED", "cursor_expired", `${title} has forgotten the cursor`);
  }
  if (status >= 300 && status < 400) {
    return new ServiceFailure("PERMANENT", "redirect", `${title} answers with a redirect, which is not followed`);
  }
  return failureOfStatus(title, { status, retryAfter: header("retry-after") }, toMilliseconds(now));
}

/** 403 says three things: wait, where it says how long; else not with this credential, or not at all. */
function refusal(waitMs: number | undefined, { credential }: Asking): ServiceFailure {
  const code = "http_403";
  if (waitMs !== undefined) return new ServiceFailure("RATE", code, `${title} was asked too often`, waitMs);
  return credential === undefined
    ? new ServiceFailure("PERMANENT", code, `${title} refuses to answer, and the session has no credential`)
    : new ServiceFailure("AUTH", code, `${title} does not take the credential`);
}

function toFailure(error: TransportError): ServiceFailure {
  const failed = (failureClass: "TRANSIENT" | "PERMANENT", code: string, message: string) =>
    new ServiceFailure(failureClass, code, message, undefined, { cause: error });
  switch (error.reason) {
    case "FORBIDDEN_ADDRESS":
      return failed("PERMANENT", "forbidden_address", "the address leads to no host of the public web");
    case "TOO_LARGE":
      return failed("PERMANENT", "too_large", `${title}'s answer ${error.message}`);
    case "TIMEOUT":
      return failed("TRANSIENT", "timeout", `${title} did not answer in time`);
    case "NOT_TEXT":
      return failed("TRANSIENT", "bad_answer", `${title}'s answer ${error.message}`);
    default:
      return failed("TRANSIENT", "unreachable", `${title} ${error.message}`);
  }
}
