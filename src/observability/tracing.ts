/** Traces: who called what, down to the request to DynamoDB, and what an event set off later, in one trace. */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, context, defaultTextMapGetter, trace } from "@opentelemetry/api";
import type { Attributes, Context, Link, Span, SpanContext, Tracer } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { RandomIdGenerator } from "@opentelemetry/sdk-trace-base";
import type { IdGenerator } from "@opentelemetry/sdk-trace-base";
import type { EventMetadata } from "../domain/kernel/index.js";

/** The attributes that are ours; all others follow OpenTelemetry's conventions. */
export const attribute = {
  correlationId: "opsledger.correlation_id",
  causationId: "opsledger.causation_id",
  commandId: "opsledger.command_id",
  eventId: "opsledger.event_id",
  streamId: "opsledger.stream_id",
  processor: "opsledger.processor",
  outcome: "opsledger.outcome",
  consumedCapacity: "aws.dynamodb.consumed_capacity_units",
} as const;

/** What a request is and where it comes from. */
export interface TracedRequest {
  readonly name: string;
  /** Joins everything that the request sets off. Where it is a uuid it is the id of a new trace, too. */
  readonly correlationId: string;
  /** Names in lower case; `traceparent` continues the caller's trace. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly attributes?: Attributes | undefined;
}

/** What an event says about where it comes from. */
export type TracedEvent = Pick<
  EventMetadata,
  "eventId" | "streamId" | "version" | "correlationId" | "causationId" | "commandId"
> & { readonly type: string };

export interface SpanOptions {
  readonly name: string;
  readonly kind?: SpanKind | undefined;
  readonly attributes?: Attributes | undefined;
}

/** Starts spans. Where tracing is off every function does nothing but the work that it is given. */
export interface Tracing {
  readonly on: boolean;
  /** A request of a caller. Whoever starts it ends it; {@link inSpan} makes it the parent of what happens meanwhile. */
  startRequest(request: TracedRequest): Span | undefined;
  /** Runs `work` as part of a span that goes on after it. */
  inSpan<Result>(span: Span | undefined, work: () => Result): Result;
  /** Runs `work` in a request's span, which ends with it. */
  request<Result>(request: TracedRequest, work: () => Promise<Result>): Promise<Result>;
  /** Runs `work` in a span of its own below the running one; where none is running it is not traced. */
  step<Result>(options: SpanOptions, work: (span: Span | undefined) => Promise<Result>): Promise<Result>;
  /** As {@link step}, for the command `commandId`, so that what its events set off can name it. */
  command<Result>(
    options: SpanOptions & { readonly commandId: string; readonly causationId?: string | undefined },
    work: (span: Span | undefined) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Runs `work`, which an event has set off, in a span of the trace of the request that led to the event; linked to the
   * command that decided the event. For processors: around the handling of one event.
   */
  event<Result>(
    name: string,
    event: TracedEvent,
    work: () => Promise<Result>,
    attributes?: Attributes,
  ): Promise<Result>;
  /** As {@link event}, for a batch: in a trace of its own where the events come from several requests, linked to all. */
  events<Result>(
    name: string,
    events: readonly TracedEvent[],
    work: () => Promise<Result>,
    attributes?: Attributes,
  ): Promise<Result>;
}

/** Tracing that is off. */
export const noTracing: Tracing = {
  on: false,
  startRequest: () => undefined,
  inSpan: (_span, work) => work(),
  request: (_request, work) => work(),
  step: (_options, work) => work(undefined),
  command: (_options, work) => work(undefined),
  event: (_name, _event, work) => work(),
  events: (_name, _events, work) => work(),
};

/** Ids that the next span shall have; what is absent is random. */
export interface WantedIds {
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/** Makes the ids of spans, and lets one span have ids that follow from what it is about. */
export interface NamedIds extends IdGenerator {
  /** Starts one span with the ids. */
  with<Result>(wanted: WantedIds, start: () => Result): Result;
}

export function createNamedIds(): NamedIds {
  const random = new RandomIdGenerator();
  let wanted: WantedIds = {};
  return {
    generateTraceId: () => wanted.traceId ?? random.generateTraceId(),
    generateSpanId: () => wanted.spanId ?? random.generateSpanId(),
    with: (ids, start) => {
      // Starting a span is one step without a pause, so nobody else's span can come in between.
      wanted = ids;
      try {
        return start();
      } finally {
        wanted = {};
      }
    },
  };
}

/** Creates tracing on a tracer whose ids come from `ids`. The process must have a context manager. */
export function createTracing({ tracer, ids }: { readonly tracer: Tracer; readonly ids: NamedIds }): Tracing {
  const propagator = new W3CTraceContextPropagator();

  const run = <Result>(
    span: Span,
    parent: Context,
    work: (span: Span | undefined) => Promise<Result>,
  ): Promise<Result> => context.with(trace.setSpan(parent, span), () => settle(span, () => work(span)));

  const startRequest = ({ name, correlationId, headers, attributes }: TracedRequest): Span => {
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const options = {
      kind: SpanKind.SERVER,
      attributes: { ...attributes, [attribute.correlationId]: correlationId },
    };
    return ids.with({ traceId: traceIdOf(correlationId) }, () => tracer.startSpan(name, options, parent));
  };

  const below = <Result>(
    { name, kind = SpanKind.INTERNAL, attributes = {} }: SpanOptions,
    wanted: WantedIds,
    work: (span: Span | undefined) => Promise<Result>,
  ): Promise<Result> => {
    const parent = context.active();
    if (trace.getSpan(parent) === undefined) return work(undefined);
    return run(
      ids.with(wanted, () => tracer.startSpan(name, { kind, attributes }, parent)),
      parent,
      work,
    );
  };

  const caused = <Result>(
    name: string,
    events: readonly TracedEvent[],
    work: () => Promise<Result>,
    attributes: Attributes,
  ): Promise<Result> => {
    const links = events.slice(0, maxLinks).flatMap((event) => linkToCommand(event) ?? []);
    const [correlationId, ...others] = new Set(events.map((event) => event.correlationId));
    const traceId = correlationId === undefined || others.length > 0 ? undefined : traceIdOf(correlationId);
    const options = { kind: SpanKind.CONSUMER, links, attributes };
    const span = ids.with({ traceId }, () => tracer.startSpan(name, options, ROOT_CONTEXT));
    return run(span, ROOT_CONTEXT, work);
  };

  return {
    on: true,
    startRequest,
    inSpan: (span, work) => (span === undefined ? work() : context.with(trace.setSpan(context.active(), span), work)),
    request: (request, work) => run(startRequest(request), ROOT_CONTEXT, work),
    step: (options, work) => below(options, {}, work),
    command: ({ commandId, causationId, ...options }, work) =>
      below(
        {
          ...options,
          attributes: {
            ...options.attributes,
            [attribute.commandId]: commandId,
            ...(causationId === undefined ? {} : { [attribute.causationId]: causationId }),
          },
        },
        { spanId: commandSpanId({ commandId, causationId }) },
        work,
      ),
    event: (name, event, work, attributes) => caused(name, [event], work, { ...attributes, ...attributesOf(event) }),
    events: (name, events, work, attributes) => {
      const [first, ...more] = events;
      const only = first !== undefined && more.length === 0 ? attributesOf(first) : {};
      return caused(name, events, work, { ...attributes, ...only, "messaging.batch.message_count": events.length });
    },
  };
}

/** OpenTelemetry keeps no more of one span. */
const maxLinks = 128;

async function settle<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Says on a span that it went wrong. */
export function fail(span: Span, error: unknown): void {
  if (error instanceof Error) span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
}

/** Id of the trace that a correlation id stands for: a uuid without its dashes is one. Undefined for any other. */
export function traceIdOf(correlationId: string): string | undefined {
  const hex = hexOf(correlationId);
  return hex === undefined || /^0+$/.test(hex) ? undefined : hex;
}

/**
 * Id of the span of a command: the random half of its uuid, so that an event, which names its command, names the span.
 * A command that an event set off is repeated under the same id, so its span has an id of its own.
 */
function commandSpanId({ commandId, causationId }: Pick<TracedEvent, "commandId" | "causationId">): string | undefined {
  return causationId === undefined ? hexOf(commandId)?.slice(16) : undefined;
}

function hexOf(id: string): string | undefined {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(id) ? id.replaceAll("-", "").toLowerCase() : undefined;
}

function linkToCommand(event: TracedEvent): Link | undefined {
  const traceId = traceIdOf(event.correlationId);
  const spanId = commandSpanId(event);
  if (traceId === undefined || spanId === undefined) return undefined;
  const command: SpanContext = { traceId, spanId, traceFlags: 1, isRemote: true };
  return { context: command, attributes: { [attribute.commandId]: event.commandId } };
}

function attributesOf({ type, eventId, streamId, correlationId, causationId, commandId }: TracedEvent): Attributes {
  return {
    "event.type": type,
    [attribute.eventId]: eventId,
    [attribute.streamId]: streamId,
    [attribute.correlationId]: correlationId,
    [attribute.commandId]: commandId,
    ...(causationId === undefined ? {} : { [attribute.causationId]: causationId }),
  };
}
