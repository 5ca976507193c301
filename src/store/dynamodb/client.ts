/** The DynamoDB clients: one way to make them, tuned for the engine they speak to, and counting what they send. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClientConfig, ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { Agent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { NameMap } from "../tables.js";
import { withOddNames } from "./oddNames.js";
import { aroundRequest, aroundTry } from "./requestObserver.js";
import type { RequestObserver } from "./requestObserver.js";
import { createSlots } from "./slots.js";

/** Where DynamoDB is. Without `endpoint` it is AWS itself, with the SDK's own credentials and region. */
export interface DynamoDbAddress {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

/** One request that was sent, for counters and tests. */
export interface SentRequest {
  /** `PutItem`, `TransactWriteItems` ... */
  readonly operation: string;
  readonly consumed: readonly ConsumedCapacity[];
}

export interface DynamoDbOptions extends DynamoDbAddress {
  readonly tableName: NameMap;
  /** Called after each request, also one that was refused. */
  readonly onRequest?: ((request: SentRequest) => void) | undefined;
  /** Ask for consumed capacity with every request; costs a little. @default false */
  readonly returnCapacity?: boolean | undefined;
  /** Watches all requests, to measure them. */
  readonly observer?: RequestObserver | undefined;
}

/** A document client and the names of its tables: what every part of the store is given. */
export interface DynamoDb {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: NameMap;
  close(): void;
}

/** An endpoint on this machine takes any signature; not computing one saves a third of a request's CPU time. */
function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

/** The form of a signature, with nothing signed. */
const unsigned = {
  "x-amz-date": "20250101T000000Z",
  authorization:
    "AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
};

/**
 * A request that is not answered (a cable was pulled, the engine is frozen) is given up and sent again; without a limit it,
 * and all that waits behind it, would wait for good. Far above what any of ours takes; shorter than a lease.
 */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true } as const;

/**
 * Requests of a client that are sent at a time. The SDK's timeouts run from the moment at which it is given a request, also
 * while that waits for a connection: in a burst, those at the end would be given up before they were sent.
 */
const requestsAtOnce = 128;
/** Requests that wait beyond that; more are refused at once (503), as whoever asked would not wait for the answer. */
const requestsWaiting = 1_000;

function createRequestHandler(): NodeHttpHandler {
  // An answer's body may still be on its way when the next request is sent, so there are more connections than slots.
  const connections = { keepAlive: true, maxSockets: 2 * requestsAtOnce };
  const handler = new NodeHttpHandler({
    ...timeouts,
    httpAgent: new Agent(connections),
    httpsAgent: new HttpsAgent(connections),
  });
  const slots = createSlots({ atMost: requestsAtOnce, waitingAtMost: requestsWaiting });
  const send = handler.handle.bind(handler);
  handler.handle = (request, options) => {
    const { abortSignal } = options ?? {};
    return slots.run(() => send(request, options), abortSignal instanceof AbortSignal ? abortSignal : undefined);
  };
  return handler;
}

function clientConfig({ endpoint, region }: DynamoDbAddress): DynamoDBClientConfig {
  const shared: DynamoDBClientConfig = {
    ...(region === undefined ? {} : { region }),
    // Connection losses and throttling are retried here, with full jitter; ten tries outlast an engine restart.
    maxAttempts: 10,
    requestHandler: createRequestHandler(),
  };
  if (endpoint === undefined) return shared;
  return {
    ...shared,
    endpoint,
    region: region ?? "us-east-1",
    ...(isLoopback(endpoint)
      ? {
          credentials: { accessKeyId: "local", secretAccessKey: "local" },
          // Where nothing is signed no clock matters. The SDK would take every refusal for one that comes of a clock which is
          // minutes off, and send it ten times: each condition that does not hold would cost seconds.
          disableClockSkewCorrection: true,
          signer: {
            sign: async (request) => {
              Object.assign(request.headers, unsigned);
              return request;
            },
          },
        }
      : {}),
  };
}

/** Creates the document client. */
export function createDynamoDb(options: DynamoDbOptions): DynamoDb {
  const base = new DynamoDBClient(clientConfig(options));
  // Before the document client makes attributes of the input.
  base.middlewareStack.add(
    // A command's input stays one: at its top nothing is named `constructor`.
    (next) => (args) => next({ ...args, input: withOddNames(args.input) as typeof args.input }),
    { step: "initialize", priority: "high", name: "holdOddNames" },
  );
  if (options.endpoint === undefined && options.region === undefined)
    base.middlewareStack.add(namesRegion, { step: "initialize", priority: "high", name: "nameRegion" });
  const { onRequest, returnCapacity } = options;
  if (onRequest || returnCapacity) {
    base.middlewareStack.add(
      (next, context) => async (args) => {
        if (returnCapacity) Object.assign(args.input, { ReturnConsumedCapacity: "INDEXES" });
        const report = (output: unknown) => {
          const { ConsumedCapacity: consumed } = (output ?? {}) as {
            ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
          };
          const operation = (context.commandName ?? "").replace(/Command$/, "");
          onRequest?.({ operation, consumed: consumed === undefined ? [] : [consumed].flat() });
        };
        try {
          const result = await next(args);
          report(result.output);
          return result;
        } catch (error) {
          report(undefined);
          throw error;
        }
      },
      { step: "initialize", name: "observeRequests" },
    );
  }
  const { observer } = options;
  if (observer) {
    base.middlewareStack.add(aroundRequest(observer), { step: "initialize", name: "measureRequests" });
    base.middlewareStack.addRelativeTo(aroundTry(observer), afterRetries);
  }
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  return { client, tableName: options.tableName, close: () => client.destroy() };
}

/** What the SDK says where neither the environment nor the profile has a region tells nobody what to do. */
function namesRegion<Args, Result>(next: (args: Args) => Promise<Result>): (args: Args) => Promise<Result> {
  return async (args) => {
    try {
      return await next(args);
    } catch (error) {
      if (!(error instanceof Error && error.message === "Region is missing")) throw error;
      throw new Error("AWS_REGION is not set, and no profile of AWS names a region: say where the tables are", {
        cause: error,
      });
    }
  };
}

/** Each try of a request passes what stands behind the SDK's own retries. */
const afterRetries = { relation: "after", toMiddleware: "retryMiddleware", name: "measureTries" } as const;

/** Creates the client for DynamoDB Streams of the same address. */
export function createStreamsClient(
  address: DynamoDbAddress & Pick<DynamoDbOptions, "observer">,
): DynamoDBStreamsClient {
  const streams = new DynamoDBStreamsClient(clientConfig(address));
  const { observer } = address;
  if (observer) {
    streams.middlewareStack.add(aroundRequest(observer), { step: "initialize", name: "measureRequests" });
    streams.middlewareStack.addRelativeTo(aroundTry(observer), afterRetries);
  }
  return streams;
}
