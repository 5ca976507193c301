/** Between API Gateway's events (HTTP API, payload 2.0) and the HTTP that the server understands. */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { acceptsGzip } from "../server/acceptsGzip.js";
import { refusalBody } from "../server/errors.js";

/**
 * The event as one that is put into the server: the address with its query string as it was sent, what is true of the body, and the
 * gateway's id for the request where the client names none. Who sends it is what the gateway says in `requestContext`: headers
 * such as `x-forwarded-for` are the client's.
 */
export function toInjected(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const { rawPath, rawQueryString, headers, requestContext, body, isBase64Encoded } = event;
  const { "transfer-encoding": _unchunked, ...sent } = headers;
  const { requestId, ...context } = requestContext;
  const { queryStringParameters: _parsed, ...rest } = event;
  return {
    ...rest,
    rawPath: `${toPath(rawPath)}${rawQueryString === "" ? "" : `?${rawQueryString}`}`,
    headers: {
      ...sent,
      ...(hasOwnId(headers) ? {} : { "x-request-id": requestId.replaceAll("=", "") }),
      ...(body === undefined
        ? {}
        : { "content-length": String(Buffer.byteLength(body, isBase64Encoded ? "base64" : "utf8")) }),
    },
    // Else it would go before the id that the client's trace stands for.
    requestContext: { ...context, requestId: "" },
  };
}

/** The gateway has decoded it. */
function toPath(rawPath: string): string {
  return rawPath.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

function hasOwnId(headers: APIGatewayProxyEventV2["headers"]): boolean {
  return headers["x-request-id"] !== undefined || headers["traceparent"] !== undefined;
}

/** What Lambda takes of an answer, with the rest of it and with what it escapes: 6 MB. */
const mostBytes = 6_000_000;
/** Larger answers are compressed for those who take that. */
const compressedFrom = 1_000_000;

const compress = promisify(gzip);

/** An answer that Lambda can hand over: a large one compressed where the client takes that, one that is too large refused. */
export async function fitAnswer(
  answer: APIGatewayProxyStructuredResultV2,
  { headers }: Pick<APIGatewayProxyEventV2, "headers">,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { body = "", isBase64Encoded } = answer;
  if (body.length < compressedFrom) return answer;
  const fitting = isBase64Encoded || !acceptsGzip(headers) ? answer : await compressed(answer, body);
  return Buffer.byteLength(JSON.stringify(fitting)) <= mostBytes ? fitting : tooLarge(answer);
}

async function compressed(
  answer: APIGatewayProxyStructuredResultV2,
  body: string,
): Promise<APIGatewayProxyStructuredResultV2> {
  const bytes = await compress(body);
  const { "content-length": _uncompressed, ...headers } = answer.headers ?? {};
  return {
    ...answer,
    headers: { ...headers, "content-encoding": "gzip", vary: "accept-encoding" },
    body: bytes.toString("base64"),
    isBase64Encoded: true,
  };
}

function tooLarge({ headers }: APIGatewayProxyStructuredResultV2): APIGatewayProxyStructuredResultV2 {
  const message = "The answer is larger than 6 MB, which is more than this address can hand over; ask for fewer items";
  return {
    statusCode: 413,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-request-id": String(headers?.["x-request-id"] ?? ""),
    },
    body: JSON.stringify(refusalBody(message, "ANSWER_TOO_LARGE", { limit: mostBytes })),
    isBase64Encoded: false,
  };
}
