/** Lets somebody watch the requests of a DynamoDB client: one call for each request, one more for each throttled try. */
import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import { cancellationReasons } from "./faults.js";

/** Who watches. Must not throw. */
export interface RequestObserver {
  /** Ask DynamoDB with every request for the capacity that it consumed. */
  readonly capacity: boolean;
  /** Runs `send`, which tells how the request ended before it resolves or rejects; hands on its result, unchanged. */
  request<Result>(
    request: { readonly operation: string; readonly tables: readonly string[] },
    send: (report: (report: RequestReport) => void) => Promise<Result>,
  ): Promise<Result>;
  /** DynamoDB refused one try because a table, an index or the account is at its limit. */
  throttled(request: { readonly operation: string; readonly tables: readonly string[] }): void;
}

export interface RequestReport {
  readonly attempts: number;
  /** Name of the error that the request ended with; undefined where it succeeded. */
  readonly error?: string | undefined;
  readonly consumed: readonly ConsumedCapacity[];
}

interface Args {
  readonly input: object;
}

interface Result {
  readonly output: object;
}

interface Context {
  readonly commandName?: string;
}

/** Middleware around a whole request, for the SDK's step `initialize`. */
export function aroundRequest(observer: RequestObserver) {
  return <A extends Args, R extends Result>(next: (args: A) => Promise<R>, context: Context) =>
    (args: A): Promise<R> => {
      const request = describe(args, context);
      const asksCapacity = observer.capacity && itemOperations.has(request.operation);
      // Who asks for more than that, for a benchmark, gets it.
      const sent = asksCapacity ? { ...args, input: { ReturnConsumedCapacity: "TOTAL", ...args.input } } : args;
      return observer.request(request, async (report) => {
        try {
          const result = await next(sent);
          const { $metadata, ConsumedCapacity: consumed } = result.output as Output;
          report({ attempts: $metadata?.attempts ?? 1, consumed: consumed === undefined ? [] : [consumed].flat() });
          return result;
        } catch (error) {
          const { name, $metadata } = error as Partial<Output> & { readonly name?: string };
          report({ attempts: $metadata?.attempts ?? 1, error: name ?? "Error", consumed: [] });
          throw error;
        }
      });
    };
}

/** Middleware around each try, for the SDK's step `finalizeRequest`, behind its retries. */
export function aroundTry(observer: RequestObserver) {
  return <A extends Args, R extends Result>(next: (args: A) => Promise<R>, context: Context) =>
    async (args: A): Promise<R> => {
      try {
        return await next(args);
      } catch (error) {
        if (isThrottle(error)) observer.throttled(describe(args, context));
        throw error;
      }
    };
}

/** What the SDK puts into every answer, and DynamoDB into those that were asked for capacity. */
interface Output {
  readonly $metadata?: { readonly attempts?: number };
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
}

const throttles: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "ThrottlingError",
  "ProvisionedThroughputExceededException",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "LimitExceededException",
]);

function isThrottle(error: unknown): boolean {
  if (error instanceof Error && throttles.has(error.name)) return true;
  return cancellationReasons(error).some(({ Code }) => Code !== undefined && throttles.has(Code));
}

function describe({ input }: Args, { commandName = "" }: Context) {
  return { operation: commandName.replace(/Command$/, ""), tables: [...new Set(tablesOf(input))].sort() };
}

/** Names of the tables in a request of any operation; none where it names none. */
function tablesOf(input: object): string[] {
  const { TableName, RequestItems, TransactItems, StreamArn } = input as {
    readonly TableName?: string;
    readonly RequestItems?: object;
    readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string } | undefined>>[];
    readonly StreamArn?: string;
  };
  if (TableName !== undefined) return [TableName];
  if (RequestItems !== undefined) return Object.keys(RequestItems);
  if (StreamArn !== undefined) return [/:table\/([^/]+)/.exec(StreamArn)?.[1] ?? "unknown"];
  return (TransactItems ?? []).flatMap((item) => Object.values(item).flatMap((write) => write?.TableName ?? []));
}

/** Operations on items; those on tables and streams have no such parameter. */
const itemOperations: ReadonlySet<string> = new Set([
  "GetItem",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "Query",
  "Scan",
  "BatchGetItem",
  "BatchWriteItem",
  "TransactGetItems",
  "TransactWriteItems",
]);
