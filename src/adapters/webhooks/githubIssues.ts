/** Issues, and comments on issues, pull requests and commits. */
import type { CommitCommentEvent, Issue, IssueComment, Label } from "@octokit/webhooks-types";
import type { ProjectEventKind } from "../../domain/projects/index.js";
import type { EventDraft, RefDraft } from "./draft.js";
import { fieldsOf, isObject, listOf, numberOf, stringOf } from "./fields.js";
import type { Fields } from "./fields.js";
import { numbered, said, subjectOf, within } from "./githubContext.js";
import type { GithubContext, GithubParser, GithubRepository } from "./githubContext.js";
import { trelloCardIn } from "./links.js";

export const issueParsers: Readonly<Record<string, GithubParser>> = {
  issues: (context) => issueChanged(context),
  issue_comment: (context) => commented(context),
  commit_comment: (context) => commitCommented(context),
};

const changes: Readonly<Record<string, { readonly kind: ProjectEventKind; readonly verb: string }>> = {
  opened: { kind: "ISSUE_OPENED", verb: "Opened" },
  closed: { kind: "ISSUE_CLOSED", verb: "Closed" },
  reopened: { kind: "ISSUE_REOPENED", verb: "Reopened" },
};

function issueChanged({ payload, action, repository }: GithubContext): EventDraft | undefined {
  const issue = fieldsOf<Issue>(payload.issue);
  if (action === undefined) return undefined;
  const change = Object.hasOwn(changes, action) ? changes[action] : undefined;
  const verb = change?.verb ?? `Changed (${action.replaceAll("_", " ")})`;
  return {
    ...about(issue, repository),
    kind: change?.kind ?? "ISSUE_UPDATED",
    title: `${verb} issue ${nameOf(issue)}`,
    text: action === "opened" ? issue.body : undefined,
    importance: change === undefined ? "LOW" : "NORMAL",
    occurredAt: action === "opened" ? issue.created_at : action === "closed" ? issue.closed_at : issue.updated_at,
  };
}

function commented({ payload, action, repository }: GithubContext): EventDraft {
  const issue = fieldsOf<Issue>(payload.issue);
  const comment = fieldsOf<IssueComment>(payload.comment);
  const isNew = action === "created";
  const updated = isPullRequest(issue) ? "PULL_REQUEST_UPDATED" : "ISSUE_UPDATED";
  const verb = isNew ? "Commented on" : action === "deleted" ? "Deleted a comment on" : "Edited a comment on";
  return {
    ...about(issue, repository),
    kind: isNew ? "COMMENT_ADDED" : updated,
    title: `${verb} ${nameOf(issue)}`,
    text: action === "deleted" ? undefined : comment.body,
    url: comment.html_url,
    importance: isNew ? "NORMAL" : "LOW",
    occurredAt: isNew ? comment.created_at : comment.updated_at,
  };
}

function commitCommented({ payload, repository }: GithubContext): EventDraft {
  const comment = fieldsOf<CommitCommentEvent["comment"]>(payload.comment);
  const sha = stringOf(comment.commit_id);
  return {
    kind: "COMMENT_ADDED",
    title: `Commented on commit ${sha?.slice(0, 7) ?? ""}${within(repository)}`,
    text: comment.body,
    url: comment.html_url,
    occurredAt: comment.created_at,
    refs: [{ type: "COMMIT", id: sha }],
  };
}

/** What every event of an issue says of it. GitHub calls pull requests issues where people talk. */
function about(issue: Fields<Issue>, repository: GithubRepository) {
  const number = numberOf(issue.number);
  const card = trelloCardIn(stringOf(issue.body));
  const refs: (RefDraft | undefined)[] = [
    {
      type: isPullRequest(issue) ? "PULL_REQUEST" : "ISSUE",
      id: numbered(repository, number),
      title: issue.title,
      url: issue.html_url,
    },
    card === undefined ? undefined : { type: "CARD", id: card.id, url: card.url },
  ];
  const labels = listOf(issue.labels).map((label) => fieldsOf<Label>(label).name);
  return { url: issue.html_url, subject: subjectOf(repository, { number }), labels, refs };
}

function isPullRequest(issue: Fields<Issue>): boolean {
  return isObject(issue.pull_request);
}

function nameOf({ number, title }: Fields<Issue>): string {
  return `#${numberOf(number) ?? "?"}${said(stringOf(title))}`;
}
