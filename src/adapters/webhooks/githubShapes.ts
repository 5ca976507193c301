/** What GitHub's events look like: their names come in a header that is not signed, so the body has to agree. */
import { isObject, stringOf } from "./fields.js";

interface Shape {
  /** Members that are there, as objects. */
  readonly has?: readonly string[];
  /** Members that only bodies of other events have. */
  readonly hasNot?: readonly string[];
  /** Members that are there, as texts. */
  readonly says?: readonly string[];
  /** A member of the alert that no other kind of alert has. */
  readonly alertHas?: string;
}

/** By the name in `X-GitHub-Event`: one shape for every name that has a parser. */
const shapes: Readonly<Record<string, Shape>> = {
  ping: { says: ["zen"] },
  push: { says: ["ref"], hasNot: ["ref_type", "workflow", "deployment"] },
  create: { says: ["ref", "ref_type"], hasNot: ["pusher"] },
  delete: { says: ["ref", "ref_type"], hasNot: ["pusher"] },
  release: { has: ["release"] },
  member: { has: ["member"], hasNot: ["team"] },
  membership: { has: ["member", "team"] },
  pull_request: { has: ["pull_request"], hasNot: ["review", "comment", "thread"] },
  pull_request_target: { has: ["pull_request"], hasNot: ["review", "comment", "thread"] },
  pull_request_review: { has: ["pull_request", "review"] },
  pull_request_review_comment: { has: ["pull_request", "comment"] },
  pull_request_review_thread: { has: ["pull_request", "thread"] },
  issues: { has: ["issue"], hasNot: ["comment"] },
  issue_comment: { has: ["issue", "comment"] },
  commit_comment: { has: ["comment"], hasNot: ["issue", "pull_request"] },
  check_run: { has: ["check_run"] },
  check_suite: { has: ["check_suite"], hasNot: ["check_run"] },
  workflow_run: { has: ["workflow_run"] },
  status: { says: ["state", "sha"] },
  deployment_status: { has: ["deployment_status"] },
  dependabot_alert: { alertHas: "security_advisory" },
  code_scanning_alert: { alertHas: "rule" },
  secret_scanning_alert: { alertHas: "secret_type" },
};

/** Whether a body can be of the event that its header names. False for names without a shape. */
export function isShapedAs(name: string, json: unknown): boolean {
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (shape === undefined || !isObject(json)) return false;
  const { has = [], hasNot = [], says = [], alertHas } = shape;
  return (
    has.every((member) => isObject(memberOf(json, member))) &&
    !hasNot.some((member) => memberOf(json, member) !== undefined) &&
    says.every((member) => stringOf(memberOf(json, member)) !== undefined) &&
    (alertHas === undefined || memberOf(memberOf(json, "alert"), alertHas) !== undefined)
  );
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined;
}
