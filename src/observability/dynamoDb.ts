/** Watches requests to DynamoDB: how many, how long, tries, throttles, capacity; and a span around each. */
import { SpanKind } from "@opentelemetry/api";
import {
  ATTR_DB_COLLECTION_NAME,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_SYSTEM_NAME,
} from "@opentelemetry/semantic-conventions";
import { attribute } from "./tracing.js";
import type { Telemetry } from "./telemetry.js";

/** A request as it is watched. */
export interface ObservedRequest {
  /** `PutItem`, `TransactWriteItems` ... */
  readonly operation: string;
  /** Names of the tables that it is about, each once. */
  readonly tables: readonly string[];
}

/** What is known of a request when it has ended. */
export interface RequestReport {
  /** How often it was sent. */
  readonly attempts: number;
  /** Name of the error it ended with; undefined where it succeeded. */
  readonly error?: string | undefined;
  readonly consumed: readonly {
    readonly TableName?: string | undefined;
    readonly CapacityUnits?: number | undefined;
  }[];
}

/** What the store's client tells of its requests; see `RequestObserver` there. */
export interface DynamoDbObserver {
  readonly capacity: boolean;
  request<Result>(
    request: ObservedRequest,
    send: (report: (report: RequestReport) => void) => Promise<Result>,
  ): Promise<Result>;
  throttled(request: ObservedRequest): void;
}

/** Creates the observer; none where telemetry is off. */
export function createDynamoDbObserver(telemetry: Telemetry): DynamoDbObserver | undefined {
  const { on, metrics, tracing, capacity } = telemetry;
  if (!on) return undefined;
  const labelsOf = ({ operation, tables }: ObservedRequest) => ({ operation, table: tables.join("+") });
  return {
    capacity,
    request: (request, send) => {
      const labels = labelsOf(request);
      const attributes = {
        [ATTR_DB_SYSTEM_NAME]: "aws.dynamodb",
        [ATTR_DB_OPERATION_NAME]: request.operation,
        [ATTR_DB_COLLECTION_NAME]: labels.table,
      };
      const span = { name: `DynamoDB.${request.operation}`, kind: SpanKind.CLIENT, attributes };
      const begun = performance.now();
      return tracing.step(span, (active) =>
        send(({ attempts, error, consumed }) => {
          metrics.dynamoDbRequest({ ...labels, error: error ?? "" }, (performance.now() - begun) / 1_000);
          if (attempts > 1) metrics.dynamoDbRetries(labels, attempts - 1);
          for (const { TableName: table = "", CapacityUnits: units } of consumed) {
            if (units === undefined) continue;
            metrics.capacityConsumed({ operation: request.operation, table }, units);
          }
          if (active === undefined || consumed.length === 0) return;
          const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
          active.setAttribute(attribute.consumedCapacity, units);
        }),
      );
    },
    throttled: (request) => metrics.dynamoDbThrottled(labelsOf(request)),
  };
}
