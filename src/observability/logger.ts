/** The log: JSON lines with secrets removed, each carrying the correlation id of what it belongs to. */
import { AsyncLocalStorage } from "node:async_hooks";
import { context, trace } from "@opentelemetry/api";
import { pino } from "pino";
import type { DestinationStream, Logger as PinoLogger } from "pino";

export type Logger = PinoLogger;

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** The least severe level that is written; `silent` writes nothing. */
  readonly level: LogLevel;
  /** Where lines go. @default standard output */
  readonly destination?: DestinationStream | undefined;
}

/** Creates the process's logger. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redactedPaths(), censor: "[redacted]" },
      mixin: () => {
        const id = currentCorrelationId();
        return { ...(id === undefined ? {} : { correlationId: id }), ...currentTrace() };
      },
    },
    destination ?? pino.destination(1),
  );
}

/** Runs `run`, and all that it awaits, under a correlation id: log lines carry it. */
export function withCorrelation<Result>(id: string, run: () => Result): Result {
  return correlation.run(id, run);
}

/** The id that the running code was started under, if any. */
export function currentCorrelationId(): string | undefined {
  return correlation.getStore();
}

const correlation = new AsyncLocalStorage<string>();

/** The trace that the running code is part of, by which a log line and its trace are found from each other. */
function currentTrace(): { readonly traceId?: string; readonly spanId?: string } {
  const span = trace.getSpanContext(context.active());
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
}

const secretKeys = [
  "authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "apiKey",
  "token",
  "accessToken",
  "refreshToken",
  "password",
  "secret",
  "cursorSecret",
  "cursorSecretPrevious",
  "connectionParams",
];

/** Each secret key at the top of a log object and up to two objects down, which is as deep as we log. */
function redactedPaths(): string[] {
  return secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);
}
