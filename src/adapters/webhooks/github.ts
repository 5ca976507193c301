/** GitHub's deliveries as project events. */
import { createHash } from "node:crypto";
import type { Schema } from "@octokit/webhooks-types";
import type { EventDraft, RefDraft } from "./draft.js";
import { toIncoming } from "./draft.js";
import { fieldsOf, stringOf } from "./fields.js";
import { actorOf, repositoryOf } from "./githubContext.js";
import type { GithubContext, GithubParser } from "./githubContext.js";
import { checkParsers } from "./githubChecks.js";
import { codeParsers } from "./githubCode.js";
import { issueParsers } from "./githubIssues.js";
import { pullRequestParsers } from "./githubPullRequests.js";
import { securityParsers } from "./githubSecurity.js";
import { isShapedAs } from "./githubShapes.js";
import { createGithubVerifier, githubSignatureHeaders } from "./githubSignature.js";
import { formType, jsonType } from "./webhook.js";
import type { ProvenDelivery, Reading, Secrets, Webhook } from "./webhook.js";

/** GitHub: `POST /webhooks/github`, JSON or form. */
export function createGithubWebhook({ secrets }: { secrets: Secrets }): Webhook {
  return {
    source: "GITHUB",
    signatureHeaders: githubSignatureHeaders,
    contentTypes: [jsonType, formType],
    verify: createGithubVerifier({ secrets }),
    read: readGithub,
  };
}

/** By the name in `X-GitHub-Event`. */
const parsers: Readonly<Record<string, GithubParser>> = {
  ...codeParsers,
  ...pullRequestParsers,
  ...issueParsers,
  ...checkParsers,
  ...securityParsers,
};

/**
 * GitHub signs the body alone. Its hash is what makes a delivery the same as another: a redelivery has the same body, and bodies
 * of two events differ, as they tell of things with ids and times of their own. The name of the event is believed where the
 * body looks like one.
 */
export function readGithub(delivery: ProvenDelivery): Reading {
  const { headers, body, json } = delivery;
  const name = stringOf(headers["x-github-event"]) ?? "unknown";
  const isShaped = isShapedAs(name, json);
  if (name === "ping" && isShaped) return { kind: "ignored", reason: "a ping" };
  const context = contextOf(name, json);
  const parse = isShaped && Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  const draft = parse?.(context) ?? unhandled(name, context);
  const event = toIncoming(
    {
      source: "GITHUB",
      deliveryId: headers["x-github-delivery"],
      fingerprint: createHash("sha256").update(body).digest("hex"),
      draft: complete(draft, context),
    },
    delivery,
  );
  return { kind: "event", event };
}

function contextOf(name: string, json: unknown): GithubContext {
  const payload = fieldsOf<Schema>(json);
  return {
    name,
    payload,
    action: stringOf(payload.action),
    repository: repositoryOf(payload.repository),
    actor: actorOf(payload.sender),
  };
}

/** Repository, actor and a reference to the repository, where the parser has named none. */
function complete(draft: EventDraft, { repository, actor }: GithubContext): EventDraft {
  const ref: RefDraft | undefined =
    repository.fullName === undefined
      ? undefined
      : { type: "REPOSITORY", id: repository.fullName, url: repository.url };
  return { actor, ...draft, url: stringOf(draft.url) ?? repository.url, refs: [ref, ...(draft.refs ?? [])] };
}

function unhandled(name: string, { action, repository }: GithubContext): EventDraft {
  const what = [name, action].filter((part) => part !== undefined).join(" ");
  const place = repository.fullName === undefined ? "" : ` in ${repository.fullName}`;
  return { kind: "UNHANDLED", title: `${what}${place}`, importance: "LOW" };
}
