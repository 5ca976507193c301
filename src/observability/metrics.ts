/** Every metric, once: its name, unit, meaning and labels; and the functions that record them. */
import type { Attributes, Counter, Histogram, Meter, ObservableGauge, UpDownCounter } from "@opentelemetry/api";

/** What a metric is, as the metrics reference shows it. */
export interface InstrumentDescription {
  /** As it is in the Prometheus text. A histogram has `_bucket`, `_sum` and `_count` behind it. */
  readonly name: string;
  /** A `level` goes up and down with what happens; a `gauge` is read when somebody asks. */
  readonly kind: "counter" | "histogram" | "level" | "gauge" | "read counter";
  readonly unit: string;
  readonly description: string;
  /** Each label and what it says. Labels have few values: never an id, never what a caller wrote. */
  readonly labels: Readonly<Record<string, string>>;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const delaySeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

const processor = { processor: "name of the processor", kind: "FEEDER, PROJECTION, POLICY or PUBLISHER" };

export const instruments = {
  commands: {
    name: "opsledger_commands_total",
    kind: "counter",
    unit: "{command}",
    description: "Commands that were carried out or refused.",
    labels: {
      type: "type of the command; of the first where several are one",
      outcome:
        "done, unchanged (nothing to do), repeated (a command that was carried out before), refused (by a rule), failed",
      code: "code of the refusal or failure; empty where there is none",
    },
  },
  commandSeconds: {
    name: "opsledger_command_duration_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time from handing a command over until its outcome is known, with its wait behind others.",
    labels: { type: "as above" },
    buckets: requestSeconds,
  },
  commandConflicts: {
    name: "opsledger_command_conflicts_total",
    kind: "counter",
    unit: "{conflict}",
    description: "Times that another writer was faster on a stream.",
    labels: {
      type: "type of the command",
      next: "RETRY: it was decided again; GIVE_UP: the caller was told",
    },
  },
  eventsAppended: {
    name: "opsledger_events_appended_total",
    kind: "counter",
    unit: "{event}",
    description: "Events that commands of this process have put into the log.",
    labels: { category: "what kind of stream they are in, such as Incident" },
  },
  operations: {
    name: "opsledger_graphql_operations_total",
    kind: "counter",
    unit: "{operation}",
    description: "GraphQL operations that were answered; of subscriptions, those that began or were refused.",
    labels: {
      operation: "query, mutation, subscription; none where the text was not understood",
      field: "root field; the first where there are several",
      outcome: "ok, refused (the caller's matter), failed (ours)",
    },
  },
  operationSeconds: {
    name: "opsledger_graphql_operation_duration_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time to answer a GraphQL query or mutation.",
    labels: { operation: "query or mutation", field: "as above" },
    buckets: requestSeconds,
  },
  subscribers: {
    name: "opsledger_graphql_subscribers",
    kind: "level",
    unit: "{subscriber}",
    description: "Subscriptions that are open.",
    labels: { field: "root field", transport: "websocket or sse" },
  },
  pushSeconds: {
    name: "opsledger_push_latency_seconds",
    kind: "histogram",
    unit: "s",
    description:
      "Time from the recording of an event until it has left for a subscriber, of events recorded while the subscriber was there. Its count is the number of messages pushed.",
    labels: { field: "root field" },
    buckets: delaySeconds,
  },
  httpRequests: {
    name: "opsledger_http_requests_total",
    kind: "counter",
    unit: "{request}",
    description: "HTTP requests that were answered.",
    labels: { method: "HTTP method", route: "route; unmatched where there is none", status: "HTTP status" },
  },
  httpSeconds: {
    name: "opsledger_http_request_duration_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time to answer an HTTP request. Event streams are left out: they last as long as the client likes.",
    labels: { route: "as above" },
    buckets: requestSeconds,
  },
  webSockets: {
    name: "opsledger_websocket_connections",
    kind: "level",
    unit: "{connection}",
    description: "WebSocket connections that are open.",
    labels: {},
  },
  denied: {
    name: "opsledger_denied_requests_total",
    kind: "counter",
    unit: "{request}",
    description: "Requests that were turned away before anything was done.",
    labels: { reason: "why: RATE_LIMITED, UNAUTHENTICATED, FORBIDDEN ..." },
  },
  dynamoDbRequests: {
    name: "opsledger_dynamodb_requests_total",
    kind: "counter",
    unit: "{request}",
    description: "Requests to DynamoDB and its streams; one that was tried several times counts once.",
    labels: {
      operation: "such as Query or TransactWriteItems",
      table: "name of the table; of all tables, joined by +, where a request is about several",
      error:
        "name of the error it ended with, empty where it succeeded. ConditionalCheckFailedException and TransactionCanceledException are how the ledger learns of conflicts",
    },
  },
  dynamoDbSeconds: {
    name: "opsledger_dynamodb_request_duration_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time of a request to DynamoDB, with all its tries.",
    labels: { operation: "as above", table: "as above" },
    buckets: requestSeconds,
  },
  dynamoDbRetries: {
    name: "opsledger_dynamodb_retries_total",
    kind: "counter",
    unit: "{try}",
    description: "Tries of requests to DynamoDB beyond the first, by the SDK.",
    labels: { operation: "as above", table: "as above" },
  },
  dynamoDbThrottles: {
    name: "opsledger_dynamodb_throttles_total",
    kind: "counter",
    unit: "{try}",
    description: "Tries that DynamoDB refused because a table, an index or the account is at its limit.",
    labels: { operation: "as above", table: "as above" },
  },
  dynamoDbCapacity: {
    name: "opsledger_dynamodb_consumed_capacity_units_total",
    kind: "counter",
    unit: "{unit}",
    description: "Capacity units that DynamoDB says it charged, indexes included. Not with CAPACITY_METRICS=false.",
    labels: { operation: "as above", table: "name of one table" },
  },
  feedRunning: {
    name: "opsledger_feed_running",
    kind: "gauge",
    unit: "",
    description: "1 while the change feed of this process serves its readers, else 0.",
    labels: {},
  },
  feedLagEvents: {
    name: "opsledger_feed_lag_events",
    kind: "gauge",
    unit: "{event}",
    description: "Events that this process has put into the log and that have not come to it through the feed.",
    labels: {},
  },
  feedLagSeconds: {
    name: "opsledger_feed_lag_seconds",
    kind: "gauge",
    unit: "s",
    description: "Age of the oldest of them; 0 where there is none.",
    labels: {},
  },
  feedSeconds: {
    name: "opsledger_feed_delay_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time from the recording of an event until this process had put it into the feed.",
    labels: {},
    buckets: delaySeconds,
  },
  processorLagEvents: {
    name: "opsledger_processor_lag_events",
    kind: "gauge",
    unit: "{event}",
    description: "Events in the feed that a processor has not handled.",
    labels: processor,
  },
  processorLagSeconds: {
    name: "opsledger_processor_lag_seconds",
    kind: "gauge",
    unit: "s",
    description: "Age of the oldest event that a processor has not handled; 0 where there is none.",
    labels: processor,
  },
  processorDeadLetters: {
    name: "opsledger_processor_dead_letters",
    kind: "gauge",
    unit: "{stream}",
    description: "Streams that a processor has parked.",
    labels: processor,
  },
  processorHolders: {
    name: "opsledger_processor_holders",
    kind: "gauge",
    unit: "{server}",
    description: "1 where some server runs the processor, 0 where none does.",
    labels: processor,
  },
  processorFailing: {
    name: "opsledger_processor_failing",
    kind: "gauge",
    unit: "",
    description: "1 while the last thing that a processor tried has failed, else 0.",
    labels: processor,
  },
  processorBatches: {
    name: "opsledger_processor_batches_total",
    kind: "counter",
    unit: "{batch}",
    description: "Batches of events that processors of this process have tried to handle.",
    labels: { processor: processor.processor, outcome: "done or failed" },
  },
  processorEvents: {
    name: "opsledger_processor_events_total",
    kind: "counter",
    unit: "{event}",
    description: "Events that processors of this process have handled.",
    labels: { processor: processor.processor },
  },
  processorSeconds: {
    name: "opsledger_processor_batch_duration_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time that a processor took for a batch.",
    labels: { processor: processor.processor },
    buckets: requestSeconds,
  },
  deadLettersParked: {
    name: "opsledger_dead_letters_parked_total",
    kind: "counter",
    unit: "{stream}",
    description: "Streams that this process has parked as dead letters.",
    labels: { processor: processor.processor },
  },
  leaseHeld: {
    name: "opsledger_lease_held",
    kind: "gauge",
    unit: "",
    description: "1 while this process holds the lease, 0 after it had.",
    labels: { lease: "name of the lease" },
  },
  timersDue: {
    name: "opsledger_timers_due",
    kind: "gauge",
    unit: "{timer}",
    description: "Timers that are due and have not run.",
    labels: {},
  },
  timerRuns: {
    name: "opsledger_timer_runs_total",
    kind: "counter",
    unit: "{run}",
    description: "Timers that this process has run.",
    labels: { task: "what they were for", outcome: "done or failed" },
  },
  published: {
    name: "opsledger_integration_events_published_total",
    kind: "counter",
    unit: "{event}",
    description: "Integration events that this process has offered to the bus.",
    labels: { outcome: "published, refused (never taken as it is) or failed (offered again later)" },
  },
  webhookDeliveries: {
    name: "opsledger_webhook_deliveries_total",
    kind: "counter",
    unit: "{delivery}",
    description: "Deliveries of webhooks that were answered.",
    labels: {
      source: "GITHUB, TRELLO, SLACK, WHATSAPP or GENERIC",
      outcome:
        "accepted, repeated (it had come before), ignored (nothing to keep), refused (not proved), malformed (proved or not, it cannot be read), unavailable (the store is down: the sender tries again) or failed (ours)",
    },
  },
  summaries: {
    name: "opsledger_summaries_total",
    kind: "counter",
    unit: "{summary}",
    description: "Summaries of batches that a summarizer was asked for.",
    labels: {
      model: "name of the model, or deterministic-v1 for the rules",
      outcome:
        "WRITTEN, or why the rules have written it in the model's place: TIMEOUT, UNAVAILABLE, REFUSED, NONSENSE or BUDGET",
    },
  },
  summarySeconds: {
    name: "opsledger_summary_duration_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time from asking a summarizer until there is a summary or it is known that there is none.",
    labels: { model: "as above" },
    buckets: delaySeconds,
  },
  explanations: {
    name: "opsledger_explanations_total",
    kind: "counter",
    unit: "{explanation}",
    description: "Explanations of insights that a model was asked for.",
    labels: {
      model: "name of the model",
      outcome: "WRITTEN, or why that of the rules stays: TIMEOUT, UNAVAILABLE, REFUSED, NONSENSE or BUDGET",
    },
  },
  explanationSeconds: {
    name: "opsledger_explanation_duration_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time from asking a model until there is an explanation or it is known that there is none.",
    labels: { model: "as above" },
    buckets: delaySeconds,
  },
  explanationTokens: {
    name: "opsledger_explanation_tokens_total",
    kind: "counter",
    unit: "{token}",
    description: "Tokens that explanations took, where the model says so.",
    labels: { model: "as above", direction: "input or output" },
  },
  messages: {
    name: "opsledger_messages_total",
    kind: "counter",
    unit: "{message}",
    description: "Messages to people that a notifier was given.",
    labels: {
      notifier: "slack or console",
      kind: "batch (a summary), update (a newer one in its place) or event (told of at once)",
      outcome:
        "posted, busy (asks for patience), unavailable (does not answer), refused (a person must look) or failed",
    },
  },
  polls: {
    name: "opsledger_integration_polls_total",
    kind: "counter",
    unit: "{poll}",
    description: "Polls of integration sessions by this process.",
    labels: {
      service: "service that was asked, such as gmail; unknown where this server does not know it",
      outcome:
        "quiet (nothing new), items, failed, rate_limited, resync (the service has forgotten the cursor), lost (somebody else has it, or it is over), error (ours)",
    },
  },
  polledItems: {
    name: "opsledger_integration_items_total",
    kind: "counter",
    unit: "{item}",
    description: "Items of integration sessions that were delivered, and are behind the cursor.",
    labels: { service: "as above" },
  },
  pollLagSeconds: {
    name: "opsledger_integration_poll_lag_seconds",
    kind: "histogram",
    unit: "s",
    description: "Time from when a session was due until this process had claimed it.",
    labels: { service: "as above" },
    buckets: delaySeconds,
  },
  pollsInHand: {
    name: "opsledger_integration_polls_in_hand",
    kind: "level",
    unit: "{poll}",
    description: "Sessions that this process polls now.",
    labels: { service: "as above" },
  },
  itemDeliveries: {
    name: "opsledger_integration_deliveries_total",
    kind: "counter",
    unit: "{delivery}",
    description: "Deliveries of items to the webhooks of sessions, each try.",
    labels: {
      service: "service that the items are from",
      result:
        "accepted, refused (4xx), gone (410), busy (429, or 503 with Retry-After), failed (5xx), unreachable, forbidden (an address that a server may not send to)",
    },
  },
  pollsOverdue: {
    name: "opsledger_integration_overdue_seconds",
    kind: "gauge",
    unit: "s",
    description: "How long the integration session that has waited longest is due; 0 where none is.",
    labels: {},
  },
  sourceUp: {
    name: "opsledger_metrics_source_up",
    kind: "gauge",
    unit: "",
    description:
      "1 where what a gauge reads could be read; 0 where it could not, and the gauge shows what was last known.",
    labels: { source: "what is read: feed, processors, timers or integrations" },
  },
  memory: {
    name: "opsledger_process_memory_bytes",
    kind: "gauge",
    unit: "By",
    description: "Memory of the server's process. The embedded engine is another process.",
    labels: { kind: "resident, heap_used, heap_total or external" },
  },
  cpu: {
    name: "opsledger_process_cpu_seconds_total",
    kind: "read counter",
    unit: "s",
    description: "CPU time of the server's process.",
    labels: { mode: "user or system" },
  },
  eventLoopDelay: {
    name: "opsledger_event_loop_delay_seconds",
    kind: "gauge",
    unit: "s",
    description: "How much later than due the event loop came to its timers, since the last time that somebody asked.",
    labels: { quantile: "0.5, 0.99 or 1 (the worst)" },
  },
  uptime: {
    name: "opsledger_process_uptime_seconds",
    kind: "gauge",
    unit: "s",
    description: "Age of the server's process.",
    labels: {},
  },
  build: {
    name: "opsledger_build_info",
    kind: "gauge",
    unit: "",
    description: "Always 1; what is running is in the labels.",
    labels: { version: "of Opsledger", node: "version of Node.js" },
  },
} as const satisfies Readonly<Record<string, InstrumentDescription>>;

export type InstrumentName = keyof typeof instruments;

/** The labels that an instrument must be given, all of them. */
export type LabelsOf<Name extends InstrumentName> = {
  readonly [Label in keyof (typeof instruments)[Name]["labels"]]: string;
};

/** How something that was tried ended. */
export type Tried = "done" | "failed";

/** What became of a delivery. */
export type WebhookOutcome = "accepted" | "repeated" | "ignored" | "refused" | "malformed" | "unavailable" | "failed";

/** Records what happens. Every function is cheap, never throws, and does nothing where metrics are off. Times are seconds. */
export interface Metrics {
  command(labels: LabelsOf<"commands">, seconds: number): void;
  commandConflict(labels: LabelsOf<"commandConflicts">): void;
  eventsAppended(category: string, events: number): void;
  /** `seconds` is left out for subscriptions. */
  operation(labels: LabelsOf<"operations">, seconds?: number): void;
  /** `change` is 1 where a subscription began, -1 where it ended. */
  subscribers(labels: LabelsOf<"subscribers">, change: 1 | -1): void;
  pushed(field: string, seconds: number): void;
  /** `seconds` is left out for event streams. */
  httpRequest(labels: LabelsOf<"httpRequests">, seconds?: number): void;
  webSockets(change: 1 | -1): void;
  /** A request was turned away; `reason` is a code, of which there are few. */
  denied(reason: string): void;
  dynamoDbRequest(labels: LabelsOf<"dynamoDbRequests">, seconds: number): void;
  dynamoDbRetries(labels: LabelsOf<"dynamoDbRetries">, tries: number): void;
  dynamoDbThrottled(labels: LabelsOf<"dynamoDbThrottles">): void;
  capacityConsumed(labels: LabelsOf<"dynamoDbCapacity">, units: number): void;
  /** An event that was recorded so long ago is in the feed now. */
  fed(seconds: number): void;
  /** A processor has tried a batch of `events` events. */
  processorBatch(
    processor: string,
    batch: { readonly events: number; readonly seconds: number; readonly outcome: Tried },
  ): void;
  /** A processor has parked a stream. */
  deadLetterParked(processor: string): void;
  /** This process has got the lease, or has it no more. */
  leaseHeld(lease: string, held: boolean): void;
  timerRun(task: string, outcome: Tried): void;
  /** Integration events were offered to the bus. @default one */
  published(outcome: "published" | "refused" | "failed", events?: number): void;
  webhookDelivery(labels: { readonly source: string; readonly outcome: WebhookOutcome }): void;
  /** A notifier was given a message. */
  message(labels: LabelsOf<"messages">): void;
  /** A summarizer was asked for a summary. */
  summary(labels: LabelsOf<"summaries">, seconds: number): void;
  /** A model was asked for an explanation; 0 tokens where it does not say. */
  explanation(
    labels: LabelsOf<"explanations">,
    took: { readonly seconds: number; readonly inputTokens: number; readonly outputTokens: number },
  ): void;
  /** A session was claimed, so long after it was due. */
  pollClaimed(service: string, lagSeconds: number): void;
  /** `change` is 1 where a poll began, -1 where it is over. */
  pollInHand(service: string, change: 1 | -1): void;
  polled(labels: LabelsOf<"polls">, items: number): void;
  /** Items were sent to a webhook. */
  itemDelivery(labels: LabelsOf<"itemDeliveries">): void;
}

/** Creates the recorder on a meter; a meter that does nothing makes a recorder that does nothing. */
export function createMetrics(meter: Meter): Metrics {
  const commands = counterOf(meter, instruments.commands);
  const commandSeconds = histogramOf(meter, instruments.commandSeconds);
  const conflicts = counterOf(meter, instruments.commandConflicts);
  const appended = counterOf(meter, instruments.eventsAppended);
  const operations = counterOf(meter, instruments.operations);
  const operationSeconds = histogramOf(meter, instruments.operationSeconds);
  const subscribers = levelOf(meter, instruments.subscribers);
  const pushSeconds = histogramOf(meter, instruments.pushSeconds);
  const httpRequests = counterOf(meter, instruments.httpRequests);
  const httpSeconds = histogramOf(meter, instruments.httpSeconds);
  const webSockets = levelOf(meter, instruments.webSockets);
  const denied = counterOf(meter, instruments.denied);
  const dynamoDbRequests = counterOf(meter, instruments.dynamoDbRequests);
  const dynamoDbSeconds = histogramOf(meter, instruments.dynamoDbSeconds);
  const dynamoDbRetries = counterOf(meter, instruments.dynamoDbRetries);
  const dynamoDbThrottles = counterOf(meter, instruments.dynamoDbThrottles);
  const capacity = counterOf(meter, instruments.dynamoDbCapacity);
  const feedSeconds = histogramOf(meter, instruments.feedSeconds);
  const batches = counterOf(meter, instruments.processorBatches);
  const processorEvents = counterOf(meter, instruments.processorEvents);
  const batchSeconds = histogramOf(meter, instruments.processorSeconds);
  const parked = counterOf(meter, instruments.deadLettersParked);
  const leases = leaseGauge(meter);
  const timerRuns = counterOf(meter, instruments.timerRuns);
  const published = counterOf(meter, instruments.published);
  const webhookDeliveries = counterOf(meter, instruments.webhookDeliveries);
  const messages = counterOf(meter, instruments.messages);
  const summaries = counterOf(meter, instruments.summaries);
  const summarySeconds = histogramOf(meter, instruments.summarySeconds);
  const explanations = counterOf(meter, instruments.explanations);
  const explanationSeconds = histogramOf(meter, instruments.explanationSeconds);
  const explanationTokens = counterOf(meter, instruments.explanationTokens);
  const polls = counterOf(meter, instruments.polls);
  const polledItems = counterOf(meter, instruments.polledItems);
  const pollLag = histogramOf(meter, instruments.pollLagSeconds);
  const pollsInHand = levelOf(meter, instruments.pollsInHand);
  const itemDeliveries = counterOf(meter, instruments.itemDeliveries);
  return {
    command: (labels, seconds) => {
      commands.add(1, labels);
      commandSeconds.record(seconds, { type: labels.type });
    },
    commandConflict: (labels) => conflicts.add(1, labels),
    eventsAppended: (category, events) => appended.add(events, { category }),
    operation: (labels, seconds) => {
      operations.add(1, labels);
      if (seconds !== undefined) operationSeconds.record(seconds, { operation: labels.operation, field: labels.field });
    },
    subscribers: (labels, change) => subscribers.add(change, labels),
    pushed: (field, seconds) => pushSeconds.record(seconds, { field }),
    httpRequest: (labels, seconds) => {
      httpRequests.add(1, labels);
      if (seconds !== undefined) httpSeconds.record(seconds, { route: labels.route });
    },
    webSockets: (change) => webSockets.add(change),
    denied: (reason) => denied.add(1, { reason }),
    dynamoDbRequest: (labels, seconds) => {
      dynamoDbRequests.add(1, labels);
      dynamoDbSeconds.record(seconds, { operation: labels.operation, table: labels.table });
    },
    dynamoDbRetries: (labels, tries) => dynamoDbRetries.add(tries, labels),
    dynamoDbThrottled: (labels) => dynamoDbThrottles.add(1, labels),
    capacityConsumed: (labels, units) => capacity.add(units, labels),
    fed: (seconds) => feedSeconds.record(seconds),
    processorBatch: (name, { events, seconds, outcome }) => {
      batches.add(1, { processor: name, outcome });
      batchSeconds.record(seconds, { processor: name });
      if (outcome === "done") processorEvents.add(events, { processor: name });
    },
    deadLetterParked: (name) => parked.add(1, { processor: name }),
    leaseHeld: (lease, held) => void leases.set(lease, held),
    timerRun: (task, outcome) => timerRuns.add(1, { task, outcome }),
    published: (outcome, events = 1) => published.add(events, { outcome }),
    webhookDelivery: (labels) => webhookDeliveries.add(1, labels),
    message: (labels) => messages.add(1, labels),
    summary: (labels, seconds) => {
      summaries.add(1, labels);
      summarySeconds.record(seconds, { model: labels.model });
    },
    explanation: (labels, { seconds, inputTokens, outputTokens }) => {
      const { model } = labels;
      explanations.add(1, labels);
      explanationSeconds.record(seconds, { model });
      if (inputTokens > 0) explanationTokens.add(inputTokens, { model, direction: "input" });
      if (outputTokens > 0) explanationTokens.add(outputTokens, { model, direction: "output" });
    },
    pollClaimed: (service, lagSeconds) => pollLag.record(lagSeconds, { service }),
    pollInHand: (service, change) => pollsInHand.add(change, { service }),
    polled: (labels, items) => {
      polls.add(1, labels);
      if (items > 0) polledItems.add(items, { service: labels.service });
    },
    itemDelivery: (labels) => itemDeliveries.add(1, labels),
  };
}

const optionsOf = ({ unit, description, buckets }: InstrumentDescription) => ({
  unit,
  description,
  ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
});

function counterOf(meter: Meter, what: InstrumentDescription): Counter<Attributes> {
  return meter.createCounter(what.name, optionsOf(what));
}

function histogramOf(meter: Meter, what: InstrumentDescription): Histogram<Attributes> {
  return meter.createHistogram(what.name, optionsOf(what));
}

function levelOf(meter: Meter, what: InstrumentDescription): UpDownCounter<Attributes> {
  return meter.createUpDownCounter(what.name, optionsOf(what));
}

/** A gauge that is read when somebody asks. */
export function gaugeOf(meter: Meter, what: InstrumentDescription): ObservableGauge<Attributes> {
  return meter.createObservableGauge(what.name, optionsOf(what));
}

/** Which leases this process holds; remembered here, so that losing one twice counts once. */
function leaseGauge(meter: Meter): Map<string, boolean> {
  const held = new Map<string, boolean>();
  gaugeOf(meter, instruments.leaseHeld).addCallback((result) => {
    for (const [lease, isHeld] of held) result.observe(isHeld ? 1 : 0, { lease });
  });
  return held;
}
