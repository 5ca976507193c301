/** Watches integration sessions: what polls come to, how late they are, and what webhooks answer. */
import type { DeliveryResult, PollResult, WebhookSender } from "../domain/integrations/index.js";
import type { Metrics } from "./metrics.js";

/** The webhooks, counted by service and answer. What a poll cut off itself is not. */
export function observeWebhooks(webhooks: WebhookSender, metrics: Pick<Metrics, "itemDelivery">): WebhookSender {
  return {
    deliver: async (delivery, signal) => {
      const result = await webhooks.deliver(delivery, signal);
      metrics.itemDelivery({ service: delivery.body.serviceType, result: wordFor(result) });
      return result;
    },
    close: () => webhooks.close(),
  };
}

function wordFor(result: DeliveryResult): string {
  return result.accepted ? "accepted" : result.reason.toLowerCase();
}

type PollMetrics = Pick<Metrics, "pollClaimed" | "pollInHand" | "polled">;

/** What the poller tells, as metrics. */
export function toPollerMetrics(metrics: PollMetrics) {
  return {
    claimed: (service: string, lagSeconds: number) => metrics.pollClaimed(service, lagSeconds),
    inHand: (service: string, change: 1 | -1) => metrics.pollInHand(service, change),
    polled: (service: string, outcome: PollResult["outcome"] | "ERROR", items: number) =>
      metrics.polled({ service, outcome: outcome.toLowerCase() }, items),
  };
}
