/** Pull requests and their reviews. */
import type {
  Label,
  PullRequest,
  PullRequestReview,
  PullRequestReviewComment,
  PullRequestReviewEvent,
  PullRequestReviewRequestedEvent,
} from "@octokit/webhooks-types";
import type { ProjectEventKind } from "../../domain/projects/index.js";
import type { EventDraft, RefDraft } from "./draft.js";
import { fieldsOf, listOf, numberOf, stringOf } from "./fields.js";
import type { Fields } from "./fields.js";
import { actorOf, numbered, said, subjectOf } from "./githubContext.js";
import type { GithubContext, GithubParser, GithubRepository } from "./githubContext.js";
import { trelloCardIn } from "./links.js";

export const pullRequestParsers: Readonly<Record<string, GithubParser>> = {
  pull_request: (context) => pullRequestChanged(context),
  pull_request_target: (context) => pullRequestChanged(context),
  pull_request_review: (context) => reviewed(context),
  pull_request_review_comment: (context) => reviewCommented(context),
  pull_request_review_thread: (context) => threadChanged(context),
};

interface Change {
  readonly kind: ProjectEventKind;
  readonly verb: string;
  /** Which of its times says when this happened. */
  readonly at?: "created_at" | "merged_at" | "closed_at";
  readonly isNews?: boolean;
}

/** Actions that are more than an update. */
const changes: Readonly<Record<string, Change>> = {
  opened: { kind: "PULL_REQUEST_OPENED", verb: "Opened", at: "created_at", isNews: true },
  merged: { kind: "PULL_REQUEST_MERGED", verb: "Merged", at: "merged_at", isNews: true },
  closed: { kind: "PULL_REQUEST_CLOSED", verb: "Closed without merging", at: "closed_at", isNews: true },
  reopened: { kind: "PULL_REQUEST_REOPENED", verb: "Reopened", isNews: true },
  review_requested: { kind: "REVIEW_REQUESTED", verb: "Review requested of", isNews: true },
  ready_for_review: { kind: "PULL_REQUEST_UPDATED", verb: "Ready for review:", isNews: true },
  synchronize: { kind: "PULL_REQUEST_UPDATED", verb: "New commits on" },
  converted_to_draft: { kind: "PULL_REQUEST_UPDATED", verb: "Back to draft:" },
  edited: { kind: "PULL_REQUEST_UPDATED", verb: "Edited" },
  labeled: { kind: "PULL_REQUEST_UPDATED", verb: "Labelled" },
  unlabeled: { kind: "PULL_REQUEST_UPDATED", verb: "Took a label from" },
};

function pullRequestChanged(context: GithubContext): EventDraft | undefined {
  const { payload, action, repository } = context;
  const pullRequest = fieldsOf<PullRequest>(payload.pull_request);
  if (action === undefined) return undefined;
  const named = action === "closed" && pullRequest.merged === true ? "merged" : action;
  const { kind, verb, at, isNews } = (Object.hasOwn(changes, named) ? changes[named] : undefined) ?? {
    kind: "PULL_REQUEST_UPDATED",
    verb: `Changed (${action.replaceAll("_", " ")})`,
  };
  const asked = kind === "REVIEW_REQUESTED" ? reviewersOf(payload) : undefined;
  return {
    ...about(pullRequest, repository),
    kind,
    title: `${verb}${asked === undefined ? "" : ` ${asked} on`} ${nameOf(pullRequest)}`,
    text: kind === "PULL_REQUEST_OPENED" ? pullRequest.body : undefined,
    importance: isNews === true ? "NORMAL" : "LOW",
    occurredAt: at === undefined ? pullRequest.updated_at : pullRequest[at],
  };
}

function reviewed({ payload, action, repository }: GithubContext): EventDraft | undefined {
  const pullRequest = fieldsOf<PullRequest>(payload.pull_request);
  const review = fieldsOf<PullRequestReview>(fieldsOf<PullRequestReviewEvent>(payload).review);
  const state = stringOf(review.state)?.toLowerCase();
  const whole = {
    ...about(pullRequest, repository),
    text: review.body,
    url: review.html_url,
    occurredAt: review.submitted_at,
  };
  const name = nameOf(pullRequest);
  if (action === "dismissed") {
    return { ...whole, kind: "PULL_REQUEST_UPDATED", title: `Dismissed a review of ${name}`, occurredAt: undefined };
  }
  if (action !== "submitted")
    return { ...whole, kind: "REVIEW_COMMENTED", title: `Edited a review of ${name}`, importance: "LOW" };
  if (state === "approved") return { ...whole, kind: "REVIEW_APPROVED", title: `Approved ${name}` };
  if (state === "changes_requested") {
    return { ...whole, kind: "REVIEW_CHANGES_REQUESTED", title: `Requested changes on ${name}` };
  }
  // Each comment comes by itself, too.
  return { ...whole, kind: "REVIEW_COMMENTED", title: `Reviewed ${name}`, importance: "LOW" };
}

function reviewCommented({ payload, action, repository }: GithubContext): EventDraft {
  const pullRequest = fieldsOf<PullRequest>(payload.pull_request);
  const comment = fieldsOf<PullRequestReviewComment>(payload.comment);
  const verb =
    action === "created" ? "Commented on" : action === "deleted" ? "Deleted a comment on" : "Edited a comment on";
  return {
    ...about(pullRequest, repository),
    kind: action === "created" ? "REVIEW_COMMENTED" : "PULL_REQUEST_UPDATED",
    title: `${verb} ${nameOf(pullRequest)}`,
    text: action === "deleted" ? undefined : comment.body,
    url: comment.html_url,
    importance: action === "created" ? "NORMAL" : "LOW",
    occurredAt: action === "created" ? comment.created_at : comment.updated_at,
  };
}

function threadChanged({ payload, action, repository }: GithubContext): EventDraft {
  const pullRequest = fieldsOf<PullRequest>(payload.pull_request);
  const title = `Review thread ${action ?? "changed"} on ${nameOf(pullRequest)}`;
  return { ...about(pullRequest, repository), kind: "PULL_REQUEST_UPDATED", title, importance: "LOW" };
}

/** What every event of a pull request says of it. */
function about(pullRequest: Fields<PullRequest>, repository: GithubRepository) {
  const number = numberOf(pullRequest.number);
  const head = stringOf(fieldsOf<{ ref: string }>(pullRequest.head).ref);
  const card = trelloCardIn(stringOf(pullRequest.body));
  const { fullName } = repository;
  const refs: (RefDraft | undefined)[] = [
    { type: "PULL_REQUEST", id: numbered(repository, number), title: pullRequest.title, url: pullRequest.html_url },
    head === undefined || fullName === undefined
      ? undefined
      : { type: "BRANCH", id: `${fullName}@${head}`, title: head },
    pullRequest.merged === true ? { type: "COMMIT", id: stringOf(pullRequest.merge_commit_sha) } : undefined,
    card === undefined ? undefined : { type: "CARD", id: card.id, url: card.url },
  ];
  return {
    url: pullRequest.html_url,
    subject: subjectOf(repository, { number }),
    labels: [
      ...listOf(pullRequest.labels).map((label) => fieldsOf<Label>(label).name),
      ...(pullRequest.draft === true ? ["draft"] : []),
    ],
    refs,
  };
}

/** `#42: Add inventory tracking`. */
function nameOf({ number, title }: Fields<PullRequest>): string {
  const known = numberOf(number);
  return `${known === undefined ? "a pull request" : `#${known}`}${said(stringOf(title))}`;
}

function reviewersOf(payload: GithubContext["payload"]): string {
  // One of two shapes; asking for a team's review names the team.
  const asked = fieldsOf<PullRequestReviewRequestedEvent>(payload);
  const { requested_reviewer: person, requested_team: team } = asked;
  return actorOf(person)?.id ?? stringOf(fieldsOf<{ name: string }>(team).name) ?? "somebody";
}
