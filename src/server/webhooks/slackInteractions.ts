/** `POST /webhooks/slack/interactions`: buttons that people press in our Slack messages. Slack wants its answer within 3 s. */
import type { FastifyInstance } from "fastify";
import { readInteraction } from "../../adapters/slack/interaction.js";
import type { Interaction } from "../../adapters/slack/interaction.js";
import type { Respond } from "../../adapters/slack/responseUrl.js";
import { createSlackVerifier, slackSignatureHeaders } from "../../adapters/webhooks/slackSignature.js";
import { formType } from "../../adapters/webhooks/webhook.js";
import type { WebhookConfig } from "../../config/webhooks.js";
import { DomainError, NotFoundError } from "../../domain/kernel/index.js";
import type { Clock, Request } from "../../domain/kernel/index.js";
import type { ProjectService } from "../../domain/projects/index.js";
import type { Logger } from "../../observability/logger.js";
import { isNestedTooDeep } from "../jsonDepth.js";
import { MalformedDeliveryError, addSignedRoute } from "./signedRoute.js";
import type { SignedRouteDeps } from "./signedRoute.js";

export interface SlackInteractionDeps extends SignedRouteDeps {
  readonly config: Pick<WebhookConfig, "slack">;
  readonly regenerateSummary: ProjectService["regenerateSummary"];
  readonly respond: Respond;
  readonly clock: Clock;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
}

type Regenerate = Extract<Interaction, { readonly kind: "regenerate" }>;

/** Greatest size of a press: Slack sends the message with it. */
const mostBytes = 1_048_576;

export function addSlackInteractions(app: FastifyInstance, deps: SlackInteractionDeps): void {
  const { config, clock, logger } = deps;
  const underWay = new Set<Promise<void>>();
  // Slack has its answer by then: who stops waits for what it promised.
  app.addHook("onClose", async () => void (await Promise.all(underWay)));

  const begin = (asked: Regenerate, requestId: string) => {
    const work = regenerate(deps, asked, requestId).finally(() => underWay.delete(work));
    underWay.add(work);
  };

  addSignedRoute(
    app,
    {
      source: "SLACK",
      path: "/webhooks/slack/interactions",
      secretVariable: "WEBHOOK_SLACK_SECRET",
      contentTypes: [formType],
      maxBytes: mostBytes,
      signatureHeaders: slackSignatureHeaders,
      verify: config.slack && createSlackVerifier({ secrets: config.slack, clock }),
      handle: async ({ text, requestId }) => {
        const interaction = readInteraction(payloadOf(text));
        switch (interaction.kind) {
          case "regenerate":
            begin(interaction, requestId);
            return { status: 200, outcome: "accepted", body: "" };
          case "nothing":
            return { status: 200, outcome: "ignored", body: "" };
          case "unknown": {
            const { what } = interaction;
            logger.warn({ event: "slack.interaction", what, correlationId: requestId }, "an interaction is not known");
            return { status: 200, outcome: "ignored", body: "" };
          }
        }
      },
    },
    deps,
  );
}

/** Never rejects: nobody waits for it. */
async function regenerate(deps: SlackInteractionDeps, asked: Regenerate, requestId: string): Promise<void> {
  const { logger, respond } = deps;
  const { batchId, userId, pressId, responseUrl } = asked;
  const fields = { event: "slack.interaction", batchId, userId, correlationId: requestId };
  const request: Request = {
    actor: { kind: "USER", id: `slack:${userId}` },
    // Whoever can press the button reads the channel that the summary is in.
    scope: "all",
    correlationId: requestId,
    idempotencyKey: pressId,
  };
  const answer = await regenerateFor(deps, batchId, request, fields);
  if (responseUrl === undefined) return;
  try {
    await respond(responseUrl, answer);
  } catch (error) {
    logger.warn({ ...fields, err: error }, "the person could not be answered");
  }
}

/** What the person is told. */
async function regenerateFor(
  { regenerateSummary, logger }: SlackInteractionDeps,
  batchId: string,
  request: Request,
  fields: object,
): Promise<string> {
  try {
    await regenerateSummary(batchId, { reason: "asked for in Slack" }, request);
    logger.info(fields, "another summary is asked for");
    return "Another summary is being written. It will take the place of this one.";
  } catch (error) {
    if (error instanceof NotFoundError) return `Opsledger knows no ${batchId}.`;
    const level = error instanceof DomainError ? "warn" : "error";
    logger[level]({ ...fields, err: error }, "no other summary could be asked for");
    return "That did not work. Please try again later.";
  }
}

/** The JSON in the field `payload` of the form. */
function payloadOf(form: string): unknown {
  const json = new URLSearchParams(form).get("payload");
  if (json === null) throw new MalformedDeliveryError("The form has no field named payload");
  if (isNestedTooDeep(json)) throw new MalformedDeliveryError("The payload is nested too deep");
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new MalformedDeliveryError("The payload is not JSON", { cause: error });
  }
}
