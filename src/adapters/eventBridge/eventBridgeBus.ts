/** Integration events to Amazon EventBridge, in order for each subject, every entry until it is taken or refused for good. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { EventBridgeClientConfig, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { EventBus } from "../../domain/kernel/index.js";
import type { BusEntry } from "../bus/busEntry.js";
import { publishInOrder } from "../bus/orderedPublish.js";
import type { EntryOutcome, PatienceOptions } from "../bus/orderedPublish.js";

export interface EventBridgeBusDeps extends PatienceOptions {
  /** Name or ARN of the bus. */
  readonly busName: string;
  /** @default the SDK's own */
  readonly region?: string | undefined;
  /** Where something else speaks EventBridge's protocol, such as a test server. */
  readonly endpoint?: string | undefined;
  /** Milliseconds that a request may take. @default 5,000 */
  readonly requestMilliseconds?: number | undefined;
  /** How long closing waits for requests that are under way, so that what is taken is known to be. @default 2,000 */
  readonly graceMilliseconds?: number | undefined;
}

/**
 * Codes by which EventBridge refuses an entry for what is in it. All other codes may pass, also those that say that a
 * permission is missing: a person mends that, and until then events wait instead of being put aside one by one.
 */
const refusals: ReadonlySet<string> = new Set(["MalformedDetail", "InvalidArgument", "RedactionFailure"]);

/** Creates the bus. It needs the permission `events:PutEvents`. */
export function createEventBridgeBus(deps: EventBridgeBusDeps): EventBus {
  const client = new EventBridgeClient(clientConfig(deps));
  const closing = new AbortController();
  const cut = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  const put = async (entries: readonly BusEntry[]): Promise<readonly EntryOutcome[]> => {
    const { Entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: entries.map(({ source, detailType, detail, time }) => ({
          EventBusName: deps.busName,
          Source: source,
          DetailType: detailType,
          Detail: detail,
          Time: new Date(time),
        })),
      }),
      { abortSignal: cut.signal },
    );
    return Entries.map(toOutcome);
  };

  const send = async (entries: readonly BusEntry[]): Promise<readonly EntryOutcome[]> => {
    try {
      return await put(entries);
    } catch (cause) {
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      if (!isValidation(cause)) return entries.map(() => ({ kind: "failed", reason, cause }));
      // One entry spoils the request, and EventBridge does not say which.
      if (entries.length === 1) return [{ kind: "refused", reason }];
      const outcomes: EntryOutcome[] = [];
      for (const entry of entries) outcomes.push(...(await send([entry])));
      return outcomes;
    }
  };

  return {
    publish: (events) => {
      const publishing = publishInOrder(events, { ...deps, send, signal: closing.signal });
      const settled = publishing.catch(() => undefined).finally(() => underWay.delete(settled));
      underWay.add(settled);
      return publishing;
    },
    async close() {
      closing.abort();
      const { signal } = cut;
      const patience = sleep(deps.graceMilliseconds ?? 2_000, undefined, { signal }).catch(() => undefined);
      await Promise.race([Promise.all(underWay), patience]);
      cut.abort();
      client.destroy();
    },
  };
}

function toOutcome({ ErrorCode: code, ErrorMessage: message }: PutEventsResultEntry): EntryOutcome {
  if (code === undefined) return { kind: "taken" };
  const reason = `${code}: ${message ?? "no message"}`;
  return refusals.has(code) ? { kind: "refused", reason } : { kind: "failed", reason };
}

function isValidation(error: unknown): boolean {
  return error instanceof Error && error.name === "ValidationException";
}

function clientConfig({ region, endpoint, requestMilliseconds = 5_000 }: EventBridgeBusDeps): EventBridgeClientConfig {
  return {
    ...(region === undefined ? {} : { region }),
    // A lost connection is tried again at once; all further patience is that of the caller, entry by entry.
    maxAttempts: 2,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 2_000,
      requestTimeout: requestMilliseconds,
      throwOnRequestTimeout: true,
    }),
    ...(endpoint === undefined
      ? {}
      : {
          endpoint,
          region: region ?? "us-east-1",
          ...(isLoopback(endpoint) ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } } : {}),
        }),
  };
}

/** An endpoint on this machine asks for no real credentials. */
function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
