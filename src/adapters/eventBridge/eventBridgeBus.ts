/** Integration events to Amazon EventBridge, in order for each subject, every entry until it is taken or refused for good. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import type { EventBus } from "../../domain/kernel/index.js";
import { clientConfig } from "../aws/clientConfig.js";
import type { AwsAddress } from "../aws/clientConfig.js";
import type { BusEntry } from "../bus/busEntry.js";
import { publishInOrder } from "../bus/orderedPublish.js";
import type { EntryOutcome, PatienceOptions } from "../bus/orderedPublish.js";

export interface EventBridgeBusDeps extends PatienceOptions, AwsAddress {
  /** Name or ARN of the bus. */
  readonly busName: string;
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
  // A lost connection is tried again at once; all further patience is that of the caller, entry by entry.
  const client = new EventBridgeClient(clientConfig(deps, { maxAttempts: 2 }));
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
