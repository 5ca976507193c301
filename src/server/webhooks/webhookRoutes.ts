/** `POST /webhooks/...`: deliveries of GitHub, Trello, Slack and others become project events, or facts about entities. */
import type { FastifyInstance } from "fastify";
import { ValidationError } from "../../domain/kernel/errors.js";
import type { Request } from "../../domain/kernel/request.js";
import type { Clock } from "../../domain/kernel/time.js";
import type { InsightsService } from "../../domain/insights/index.js";
import type { IncomingEventInput, Ingested, ProjectService } from "../../domain/projects/index.js";
import { createGenericWebhook } from "../../adapters/webhooks/generic.js";
import { createGithubWebhook } from "../../adapters/webhooks/github.js";
import { createSlackWebhook } from "../../adapters/webhooks/slack.js";
import { createTrelloWebhook } from "../../adapters/webhooks/trello.js";
import { formType } from "../../adapters/webhooks/webhook.js";
import type { Webhook } from "../../adapters/webhooks/webhook.js";
import type { WebhookConfig } from "../../config/webhooks.js";
import { isNestedTooDeep } from "../jsonDepth.js";
import { refusalBody } from "../errors.js";
import { recordDelivered } from "./activities.js";
import { MalformedDeliveryError, addSignedRoute } from "./signedRoute.js";
import type { SignedAnswer, SignedDelivery, SignedRoute, SignedRouteDeps } from "./signedRoute.js";
import { withinTime } from "./withinTime.js";

export interface WebhookRouteDeps extends SignedRouteDeps {
  readonly config: WebhookConfig;
  readonly ingest: ProjectService["ingest"];
  readonly recordActivities: InsightsService["recordActivities"];
  readonly clock: Clock;
  /** How long a sender waits for its answer. @default 8 seconds: GitHub gives up after ten */
  readonly ingestMilliseconds?: number | undefined;
}

export function addWebhookRoutes(app: FastifyInstance, deps: WebhookRouteDeps): void {
  const { config, clock } = deps;
  const { github, slack, trello, generic } = config;
  const add = (name: SourceName, webhook: Webhook | undefined) =>
    addSignedRoute(app, routeFor({ name, webhook, ...deps }), deps);
  add("github", github && createGithubWebhook({ secrets: github }));
  add("slack", slack && createSlackWebhook({ secrets: slack, clock }));
  add("trello", trello && createTrelloWebhook({ secrets: trello, callbackUrl: trello.callbackUrl }));
  add("generic", generic && createGenericWebhook({ secrets: generic }));
  addTrelloProbe(app, trello !== undefined);
}

type SourceName = "github" | "slack" | "trello" | "generic";

/** What a source wants to hear, and how much it may say: GitHub sends up to 25 MB, the others far less. */
const sources = {
  github: { source: "GITHUB", secretVariable: "WEBHOOK_GITHUB_SECRET", status: 202, mostBytes: Infinity },
  slack: { source: "SLACK", secretVariable: "WEBHOOK_SLACK_SECRET", status: 200, mostBytes: 1_048_576 },
  trello: { source: "TRELLO", secretVariable: "WEBHOOK_TRELLO_SECRET", status: 200, mostBytes: 1_048_576 },
  generic: { source: "GENERIC", secretVariable: "WEBHOOK_GENERIC_SECRET", status: 202, mostBytes: 1_048_576 },
} as const;

interface RouteParts extends Pick<WebhookRouteDeps, "config" | "ingest" | "recordActivities" | "ingestMilliseconds"> {
  readonly name: SourceName;
  readonly webhook: Webhook | undefined;
}

function routeFor(parts: RouteParts): SignedRoute {
  const { name, webhook, config, ingest, recordActivities, ingestMilliseconds = 8_000 } = parts;
  const { source, secretVariable, status, mostBytes } = sources[name];
  return {
    source,
    secretVariable,
    path: `/webhooks/${name}`,
    contentTypes: webhook?.contentTypes ?? [],
    maxBytes: Math.min(config.maxBodyBytes, mostBytes),
    signatureHeaders: webhook?.signatureHeaders ?? [],
    verify: webhook?.verify,
    handle: async (delivery) => {
      // Without a webhook nothing is verified, so nothing comes here.
      const reading = webhook?.read({ ...delivery, json: parse(delivery), verification: verificationOf(delivery) });
      if (reading === undefined || reading.kind === "ignored") {
        return { status, outcome: "ignored", body: { status: "ignored", reason: reading?.reason } };
      }
      if (reading.kind === "challenge") {
        return { status: 200, outcome: "ignored", body: { challenge: reading.challenge } };
      }
      const request = requestFor(name, delivery);
      if (reading.kind === "activities") {
        return withinTime(recordDelivered(reading, recordActivities, request), ingestMilliseconds);
      }
      const ingested = ingestOrKeep(ingest, reading.event, request);
      return taken(status, await withinTime(ingested, ingestMilliseconds));
    },
  };
}

function taken(status: number, { repeated, projectEventId }: Ingested): SignedAnswer {
  const outcome = repeated ? "repeated" : "accepted";
  return { status, outcome, body: { status: outcome, projectEventId } };
}

/** The sender is no caller: it may tell of anything, and asks for nothing. */
function requestFor(name: SourceName, { requestId }: SignedDelivery): Request {
  return { actor: { kind: "SYSTEM", id: `webhook:${name}` }, scope: "all", correlationId: requestId };
}

function verificationOf({ verified: { scheme, secret } }: SignedDelivery) {
  return { scheme, secret };
}

/** A parser's mistake must not lose a delivery: what the ledger refuses is kept without its meaning. */
async function ingestOrKeep(
  ingest: ProjectService["ingest"],
  event: IncomingEventInput,
  request: Request,
): Promise<Ingested> {
  try {
    return await ingest(event, request);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const title = `${event.source.toLowerCase()}: a delivery that was not understood`;
    return ingest({ ...event, occurredAt: undefined, event: { kind: "UNHANDLED", title, importance: "LOW" } }, request);
  }
}

/** The JSON of a delivery: its body, or the field `payload` of its form. */
function parse({ text, contentType }: SignedDelivery) {
  // The byte order mark is under the signature, and no part of the JSON.
  const json = (contentType === formType ? payloadOf(text) : text).replace(/^\ufeff/, "");
  if (isNestedTooDeep(json)) throw new MalformedDeliveryError("The body is nested too deep");
  try {
    // What JSON.parse returns is JSON; its type is any.
    return JSON.parse(json) as null;
  } catch (error) {
    throw new MalformedDeliveryError("The body is not JSON", { cause: error });
  }
}

function payloadOf(form: string): string {
  const field = form.split("&").find((part) => part.startsWith("payload="));
  if (field === undefined) throw new MalformedDeliveryError("The form has no field named payload");
  try {
    return decodeURIComponent(field.slice("payload=".length).replaceAll("+", " "));
  } catch (error) {
    throw new MalformedDeliveryError("The form is not encoded as UTF-8", { cause: error });
  }
}

/** Trello asks with HEAD whether somebody is there before it registers a webhook. */
function addTrelloProbe(app: FastifyInstance, isConfigured: boolean): void {
  app.route({
    method: ["GET", "HEAD"],
    url: "/webhooks/trello",
    handler: (_request, reply) =>
      isConfigured
        ? reply.code(200).send({ status: "ok" })
        : reply.code(404).send(refusalBody("Nothing is taken here before WEBHOOK_TRELLO_SECRET is set", "NOT_FOUND")),
  });
}
