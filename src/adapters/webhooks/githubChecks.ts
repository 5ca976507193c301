/** Checks, workflow runs, commit statuses and deployments: what machines say of the code. */
import type {
  CheckRunCompletedEvent,
  CheckSuiteCompletedEvent,
  DeploymentStatusEvent,
  StatusEvent,
  WorkflowRunCompletedEvent,
} from "@octokit/webhooks-types";
import type { Importance } from "../../domain/projects/index.js";
import type { EventDraft, RefDraft } from "./draft.js";
import { fieldsOf, listOf, numberOf, stringOf } from "./fields.js";
import { numbered, said, subjectOf, within } from "./githubContext.js";
import type { GithubContext, GithubParser, GithubRepository } from "./githubContext.js";

export const checkParsers: Readonly<Record<string, GithubParser>> = {
  check_run: (context) => checkRun(context),
  check_suite: (context) => checkSuite(context),
  workflow_run: (context) => workflowRun(context),
  status: (context) => status(context),
  deployment_status: (context) => deploymentStatus(context),
};

interface Check {
  readonly name: string;
  readonly result: "success" | "failure" | "other";
  /** As the source says it. */
  readonly conclusion: string;
  readonly branch: string | undefined;
  readonly onDefaultBranch: boolean;
  readonly pullRequest: number | undefined;
  readonly sha: string | undefined;
  readonly url: unknown;
  readonly text?: unknown;
  readonly at: unknown;
  /** Another delivery tells of the same result. */
  readonly toldElsewhere?: boolean;
}

function checked(check: Check, repository: GithubRepository): EventDraft {
  const { name, result, conclusion, branch, pullRequest, sha, url } = check;
  const failed = result === "failure";
  const where = pullRequest === undefined ? said(branch).replace(": ", " on ") : ` on #${pullRequest}`;
  const verb = failed ? "failed" : result === "success" ? "passed" : conclusion.replaceAll("_", " ");
  const refs: (RefDraft | undefined)[] = [
    {
      type: "CHECK",
      id: repository.fullName === undefined ? name : `${repository.fullName}:${name}`,
      title: name,
      url,
    },
    pullRequest === undefined ? undefined : { type: "PULL_REQUEST", id: numbered(repository, pullRequest) },
    branch === undefined || repository.fullName === undefined
      ? undefined
      : { type: "BRANCH", id: `${repository.fullName}@${branch}`, title: branch },
    { type: "COMMIT", id: sha },
  ];
  return {
    kind: failed ? "CHECK_FAILED" : result === "success" ? "CHECK_SUCCEEDED" : "UNHANDLED",
    title: `${name} ${verb}${where}${within(repository)}`,
    text: failed ? check.text : undefined,
    url,
    importance: failed ? importanceOf(check) : "LOW",
    subject: subjectOf(repository, { number: pullRequest, branch }),
    occurredAt: check.at,
    labels: failed && conclusion !== "failure" ? [conclusion] : [],
    refs,
  };
}

function importanceOf({ onDefaultBranch, toldElsewhere }: Check): Importance {
  if (toldElsewhere === true) return "LOW";
  return onDefaultBranch ? "CRITICAL" : "NORMAL";
}

const failures = ["failure", "timed_out", "action_required", "startup_failure", "error"];
const successes = ["success", "neutral", "skipped"];

function resultOf(conclusion: string): Check["result"] {
  if (failures.includes(conclusion)) return "failure";
  return successes.includes(conclusion) ? "success" : "other";
}

/** What GitHub says of something that ran, in the fields that its kinds have in common; nothing of it is trusted. */
interface Run {
  readonly name: unknown;
  readonly conclusion: unknown;
  readonly branch: unknown;
  readonly pullRequests: unknown;
  readonly sha: unknown;
  readonly url: unknown;
  readonly text?: unknown;
  readonly at: unknown;
  readonly toldElsewhere?: boolean;
}

/** Undefined while it has not come to an end. */
function completed({ action, repository }: GithubContext, run: Run): EventDraft | undefined {
  const name = stringOf(run.name);
  const conclusion = stringOf(run.conclusion);
  if (action !== "completed" || name === undefined || conclusion === undefined) return undefined;
  const branch = stringOf(run.branch);
  return checked(
    {
      ...run,
      name,
      conclusion,
      result: resultOf(conclusion),
      branch,
      onDefaultBranch: isDefault(branch, repository),
      pullRequest: onlyPullRequestOf(run.pullRequests),
      sha: stringOf(run.sha),
    },
    repository,
  );
}

function checkRun(context: GithubContext): EventDraft | undefined {
  const run = fieldsOf<CheckRunCompletedEvent["check_run"]>(context.payload.check_run);
  return completed(context, {
    name: run.name,
    conclusion: run.conclusion,
    branch: fieldsOf<CheckRunCompletedEvent["check_run"]["check_suite"]>(run.check_suite).head_branch,
    pullRequests: run.pull_requests,
    sha: run.head_sha,
    url: run.html_url,
    text: fieldsOf<{ summary: string }>(run.output).summary,
    at: run.completed_at,
  });
}

function checkSuite(context: GithubContext): EventDraft | undefined {
  const suite = fieldsOf<CheckSuiteCompletedEvent["check_suite"]>(context.payload.check_suite);
  const app = fieldsOf<{ name: string; slug: string }>(suite.app);
  return completed(context, {
    name: stringOf(app.name) ?? "Checks",
    conclusion: suite.conclusion,
    branch: suite.head_branch,
    pullRequests: suite.pull_requests,
    sha: suite.head_sha,
    // Only its API has an address.
    url: context.repository.url,
    at: suite.updated_at,
    toldElsewhere: app.slug === "github-actions",
  });
}

function workflowRun(context: GithubContext): EventDraft | undefined {
  const run = fieldsOf<WorkflowRunCompletedEvent["workflow_run"]>(context.payload.workflow_run);
  return completed(context, {
    name: run.name,
    conclusion: run.conclusion,
    branch: run.head_branch,
    pullRequests: run.pull_requests,
    sha: run.head_sha,
    url: run.html_url,
    at: run.updated_at,
  });
}

function status({ payload, repository }: GithubContext): EventDraft | undefined {
  const {
    state,
    context,
    branches,
    sha,
    target_url: url,
    description,
    updated_at: at,
  } = fieldsOf<StatusEvent>(payload);
  const conclusion = stringOf(state);
  if (conclusion === undefined || conclusion === "pending") return undefined;
  const names = listOf(branches).map((branch) => stringOf(fieldsOf<{ name: string }>(branch).name));
  const onDefaultBranch = names.some((name) => isDefault(name, repository));
  return checked(
    {
      name: stringOf(context) ?? "Status",
      conclusion,
      result: resultOf(conclusion),
      branch: onDefaultBranch ? repository.defaultBranch : names[0],
      onDefaultBranch,
      pullRequest: undefined,
      sha: stringOf(sha),
      url,
      text: description,
      at,
    },
    repository,
  );
}

function deploymentStatus({ payload, repository }: GithubContext): EventDraft | undefined {
  const { deployment_status, deployment } = fieldsOf<DeploymentStatusEvent>(payload);
  const reached = fieldsOf<DeploymentStatusEvent["deployment_status"]>(deployment_status);
  const { ref, transient_environment: isTransient, id } = fieldsOf<DeploymentStatusEvent["deployment"]>(deployment);
  const state = stringOf(reached.state);
  const failed = state === "failure" || state === "error";
  if (state !== "success" && !failed) return undefined;
  const environment = stringOf(reached.environment) ?? "an environment";
  const branch = stringOf(ref);
  return {
    kind: failed ? "DEPLOYMENT_FAILED" : "DEPLOYMENT_SUCCEEDED",
    title: `${failed ? "Failed to deploy" : "Deployed"} ${branch ?? "code"} to ${environment}${within(repository)}`,
    text: reached.description,
    url: stringOf(reached.environment_url) ?? stringOf(reached.log_url) ?? reached.target_url,
    // A preview that fails is its author's matter.
    importance: failed && isTransient !== true ? "CRITICAL" : "NORMAL",
    subject: subjectOf(repository, { branch: `deploy/${environment}` }),
    occurredAt: reached.updated_at ?? reached.created_at,
    labels: [environment],
    refs: [{ type: "DEPLOYMENT", id: numberOf(id)?.toString(), title: environment }],
  };
}

function isDefault(branch: string | undefined, { defaultBranch }: GithubRepository): boolean {
  return branch !== undefined && branch === defaultBranch;
}

/** Of several nobody knows which one is meant. */
function onlyPullRequestOf(value: unknown): number | undefined {
  const [first, ...rest] = listOf(value);
  return rest.length > 0 ? undefined : numberOf(fieldsOf<{ number: number }>(first).number);
}
