/** What the tests of functions hand to them: variables, events as AWS sends them, and time. */
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2, Context, SQSEvent, SQSRecord, ScheduledEvent } from "aws-lambda";
import { secret } from "../../server/auth/support/tokens.js";
import { webhookEnvironment } from "../../server/webhooks/support.js";

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/aws/${name}.json`, import.meta.url), "utf8");

/** The variables of a function whose DynamoDB is at `endpoint`. Its buckets are nowhere. */
export function variablesFor(endpoint: string): Record<string, string> {
  return {
    DYNAMODB_ENDPOINT: endpoint,
    AUTH_SECRET: secret,
    CURSOR_SECRET: "a cursor secret of this test",
    INTEGRATION_KEY: Buffer.alloc(32, 3).toString("base64"),
    OBJECT_STORE: "s3",
    OBJECT_BUCKET: "opsledger-objects",
    S3_ENDPOINT: "http://127.0.0.1:9",
    LOG_LEVEL: "silent",
    ...webhookEnvironment,
  };
}

export interface GatewayRequest {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  /** Beside those of the recorded event; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Buffer;
  readonly sourceIp?: string;
}

/** The recorded event of an HTTP API, otherwise as it is told. Bytes come as base64, as API Gateway hands them over. */
export function gatewayEvent(request: GatewayRequest = {}): APIGatewayProxyEventV2 {
  const recorded = JSON.parse(fixture("apiGatewayHttpApiPost")) as APIGatewayProxyEventV2;
  const { http, ...context } = recorded.requestContext;
  const { method = "POST", path = recorded.rawPath, query = "", sourceIp = http.sourceIp, body } = request;
  const { body: recordedBody, ...rest } = recorded;
  const sent = body ?? (method === "POST" ? recordedBody : undefined);
  const headers = { ...recorded.headers, ...request.headers };
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  return {
    ...rest,
    rawPath: path,
    rawQueryString: query,
    ...(query === "" ? {} : { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    headers: Object.fromEntries(present),
    requestContext: { ...context, http: { ...http, method, path, sourceIp } },
    ...(sent === undefined ? {} : { body: Buffer.isBuffer(sent) ? sent.toString("base64") : sent }),
    isBase64Encoded: Buffer.isBuffer(sent),
  };
}

/** The recorded event with a record for each body. */
export function queueEvent(messages: readonly { readonly body: string; readonly receiptHandle?: string }[]): SQSEvent {
  const [recorded] = (JSON.parse(fixture("sqsResearchMessages")) as SQSEvent).Records;
  if (recorded === undefined) throw new Error("the recorded event has no record");
  return {
    Records: messages.map(({ body, receiptHandle }, index): SQSRecord => ({
      ...recorded,
      messageId: `message-${index + 1}`,
      receiptHandle: receiptHandle ?? `receipt-${index + 1}`,
      body,
      md5OfBody: createHash("md5").update(body).digest("hex"),
    })),
  };
}

/** An invocation that began just now and may take so long. */
export function contextOf(milliseconds = 30_000): Context {
  const ends = performance.now() + milliseconds;
  const unused = () => undefined;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "opsledger",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:opsledger",
    memoryLimitInMB: "1024",
    awsRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    logGroupName: "/aws/lambda/opsledger",
    logStreamName: "2026/11/22/[$LATEST]a1b2c3",
    getRemainingTimeInMillis: () => ends - performance.now(),
    ...{ done: unused, fail: unused, succeed: unused },
  };
}

/** What a schedule sends. */
export function scheduled(): ScheduledEvent {
  return JSON.parse(fixture("scheduledEvent")) as ScheduledEvent;
}
