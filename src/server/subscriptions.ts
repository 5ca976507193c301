/** Where subscriptions are served: by this process, or by another one that clients are told of. */
import { HeaderMap } from "@apollo/server";
import type { GraphQLError } from "graphql";
import { refusal } from "./errors.js";
import type { EventStreams } from "./eventStreams.js";

export type Subscriptions =
  | { readonly kind: "here"; readonly eventStreams: EventStreams }
  /** `url`: what clients connect to instead, where that is known. */
  | { readonly kind: "elsewhere"; readonly url?: string | undefined };

/** What a subscription is told that comes as an ordinary request, or to a process that serves none. */
export function refuseSubscription(subscriptions: Subscriptions): GraphQLError {
  if (subscriptions.kind === "here") {
    return refusal(
      "Subscriptions are served over WebSocket, or over SSE with `Accept: text/event-stream`",
      "SUBSCRIPTION_OVER_HTTP",
      { http: { status: 405, headers: new HeaderMap([["allow", "GET, POST"]]) } },
    );
  }
  const { url } = subscriptions;
  const where = url === undefined ? "the address of this deployment's service" : url;
  return refusal(
    `This address serves queries and mutations only; subscriptions are served, over WebSocket and SSE, at ${where}`,
    "SUBSCRIPTIONS_ELSEWHERE",
    { ...(url === undefined ? {} : { url }), http: { status: 400 } },
  );
}
