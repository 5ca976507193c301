/** Metrics and traces of one server: sets OpenTelemetry's SDK up as the configuration says, and takes it down. */
import { DiagLogLevel, context, createNoopMeter, diag } from "@opentelemetry/api";
import type { Meter } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from "@opentelemetry/semantic-conventions";
import { createFeedLag } from "./feedLag.js";
import type { FeedLag } from "./feedLag.js";
import type { Logger } from "./logger.js";
import { createMetrics } from "./metrics.js";
import type { Metrics } from "./metrics.js";
import { observeProcess, packageVersion } from "./processMetrics.js";
import { observeSources } from "./sources.js";
import type { MetricSources, SourceOptions } from "./sources.js";
import { createNamedIds, createTracing, noTracing } from "./tracing.js";
import type { Tracing } from "./tracing.js";

export interface TelemetryOptions {
  readonly metrics: "on" | "off";
  /** Ask DynamoDB for consumed capacity with every request. @default false */
  readonly capacity?: boolean | undefined;
  /** Base address of an OpenTelemetry collector that takes OTLP over HTTP; without one nothing is traced. */
  readonly otlpEndpoint?: string | undefined;
  /** What takes spans besides the collector; for tests. */
  readonly spanProcessors?: readonly SpanProcessor[] | undefined;
  readonly logger?: Pick<Logger, "warn"> | undefined;
}

export interface Telemetry {
  /** Whether anything is measured or traced; where not, nothing needs to be watched. */
  readonly on: boolean;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  /** Whoever appends and whoever reads the feed tell it. */
  readonly feedLag: FeedLag;
  /** Whether DynamoDB shall be asked for consumed capacity. */
  readonly capacity: boolean;
  /** All metrics as Prometheus text. Undefined where metrics are off. */
  readonly scrape: (() => Promise<string>) | undefined;
  /** Says where gauges are read from. Each kind of source once. */
  readonly observe: (sources: MetricSources, options?: SourceOptions) => void;
  /** Sends what is left, for two seconds at most, and stops. Never rejects. */
  close(): Promise<void>;
}

/** Sets up what is asked for. What is off costs nothing; other variables of OpenTelemetry (`OTEL_*`) are read by its SDK. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const metering = options.metrics === "on" ? startMetering() : undefined;
  const traces = startTracing(options);
  const meter = metering?.meter ?? createNoopMeter();
  return {
    on: metering !== undefined || traces !== undefined,
    metrics: createMetrics(meter),
    tracing: traces?.tracing ?? noTracing,
    feedLag: createFeedLag(),
    capacity: metering !== undefined && options.capacity === true,
    scrape: metering?.scrape,
    observe: (sources, sourceOptions) => {
      if (metering !== undefined) observeSources(meter, sources, sourceOptions);
    },
    close: async () => {
      await metering?.close();
      await traces?.close();
    },
  };
}

/** Telemetry that is off: for tests and tools that measure nothing. */
export const noTelemetry: Telemetry = createTelemetry({ metrics: "off" });

interface Metering {
  readonly meter: Meter;
  readonly scrape: () => Promise<string>;
  readonly close: () => Promise<void>;
}

function startMetering(): Metering {
  // The exporter's own HTTP server is not started: its text is one of our routes.
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  const provider = new MeterProvider({ readers: [exporter] });
  const meter = provider.getMeter("opsledger");
  const stopWatching = observeProcess(meter);
  return {
    meter,
    scrape: async () => {
      const { resourceMetrics } = await exporter.collect();
      return serializer.serialize(resourceMetrics);
    },
    close: async () => {
      stopWatching();
      await provider.shutdown();
    },
  };
}

function startTracing({ otlpEndpoint, spanProcessors = [], logger }: TelemetryOptions) {
  if (otlpEndpoint === undefined && spanProcessors.length === 0) return undefined;
  // One for the process: what runs where is known through it. Setting it again changes nothing.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (logger !== undefined) {
    const warn = (message: string, ...details: unknown[]) => logger.warn({ details }, `telemetry: ${message}`);
    const ignore = () => undefined;
    diag.setLogger(
      { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
  }
  const ids = createNamedIds();
  const provider = new BasicTracerProvider({
    resource: describeService(),
    idGenerator: ids,
    spanProcessors: [
      ...spanProcessors,
      ...(otlpEndpoint === undefined
        ? []
        : [new BatchSpanProcessor(new OTLPTraceExporter({ url: tracesUrl(otlpEndpoint) }))]),
    ],
  });
  return {
    tracing: createTracing({ tracer: provider.getTracer("opsledger"), ids }),
    close: () => atMost(farewellMilliseconds, provider.shutdown()),
  };
}

/** What a collector that does not answer may hold up the end of the server. */
const farewellMilliseconds = 2_000;

/** Waits for `work`; not for its success, and not for ever. */
async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  // The SDK has told its log what could not be sent.
  await Promise.race([work.catch(() => undefined), patience]);
  clearTimeout(timer);
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before what we say of ourselves. */
function describeService() {
  const ours = resourceFromAttributes({ [ATTR_SERVICE_NAME]: "opsledger", [ATTR_SERVICE_VERSION]: packageVersion() });
  return defaultResource()
    .merge(ours)
    .merge(detectResources({ detectors: [envDetector] }));
}

function tracesUrl(endpoint: string): string {
  return `${endpoint.replace(/\/+$/, "")}/v1/traces`;
}
