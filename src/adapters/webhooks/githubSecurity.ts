/** Alerts about dependencies, code and secrets. */
import type {
  CodeScanningAlertCreatedEvent,
  DependabotAlert,
  SecretScanningAlertCreatedEvent,
} from "@octokit/webhooks-types";
import type { EventDraft } from "./draft.js";
import { fieldsOf, numberOf, stringOf } from "./fields.js";
import { said, within } from "./githubContext.js";
import type { GithubContext, GithubParser } from "./githubContext.js";
import { githubSubject } from "./links.js";

export const securityParsers: Readonly<Record<string, GithubParser>> = {
  dependabot_alert: (context) => dependencyAlert(context),
  code_scanning_alert: (context) => codeAlert(context),
  secret_scanning_alert: (context) => secretAlert(context),
};

/** What one alert is about. */
interface Alert {
  /** Such as `Dependabot alert`. */
  readonly what: string;
  readonly about: string | undefined;
  readonly severity: string | undefined;
  readonly text?: unknown;
}

function dependencyAlert(context: GithubContext): EventDraft | undefined {
  const alert = fieldsOf<DependabotAlert>(context.payload.alert);
  const advisory = fieldsOf<DependabotAlert["security_advisory"]>(alert.security_advisory);
  const { package: source } = fieldsOf<DependabotAlert["dependency"]>(alert.dependency);
  const name = stringOf(fieldsOf<{ name: string }>(source).name);
  const about = [name, stringOf(advisory.summary)].filter((part) => part !== undefined).join(": ");
  const severity = stringOf(advisory.severity);
  return alerted({ what: "Dependabot alert", about: stringOf(about), severity, text: advisory.description }, context);
}

function codeAlert(context: GithubContext): EventDraft | undefined {
  const alert = fieldsOf<CodeScanningAlertCreatedEvent["alert"]>(context.payload.alert);
  const rule = fieldsOf<{ description: string; security_severity_level: string; name: string }>(alert.rule);
  const about = stringOf(rule.description) ?? stringOf(rule.name);
  return alerted({ what: "Code scanning alert", about, severity: stringOf(rule.security_severity_level) }, context);
}

/** The secret itself is nobody's business. */
function secretAlert(context: GithubContext): EventDraft | undefined {
  const alert = fieldsOf<SecretScanningAlertCreatedEvent["alert"] & { secret_type_display_name: string }>(
    context.payload.alert,
  );
  const about = stringOf(alert.secret_type_display_name) ?? stringOf(alert.secret_type);
  return alerted({ what: "Secret scanning alert", about, severity: "critical" }, context);
}

const raised = ["created", "reopened", "reopened_by_user", "reintroduced", "auto_reopened", "appeared_in_branch"];
const fixed = ["fixed", "resolved"];
/** Severities that can wait for the next summary. */
const patient = ["low", "medium", "moderate", "note", "warning"];

function alerted({ what, about, severity, text }: Alert, context: GithubContext): EventDraft | undefined {
  const { payload, action, repository } = context;
  const alert = fieldsOf<DependabotAlert>(payload.alert);
  const number = numberOf(alert.number);
  if (action === undefined) return undefined;
  const isRaised = raised.includes(action);
  const isFixed = fixed.includes(action);
  const name = `${what}${number === undefined ? "" : ` ${number}`}`;
  const { fullName } = repository;
  // Alerts have numbers of their own: #3 is not the issue #3.
  const id = fullName === undefined || number === undefined ? undefined : `${fullName}!${context.name}-${number}`;
  return {
    kind: isRaised ? "SECURITY_ALERT" : isFixed ? "ISSUE_CLOSED" : "ISSUE_UPDATED",
    title: `${name} ${action.replaceAll("_", " ")}${within(repository)}${said(about)}`,
    text: isRaised ? text : undefined,
    url: alert.html_url,
    importance: !isRaised ? "NORMAL" : patient.includes(severity ?? "") ? "NORMAL" : "CRITICAL",
    subject: id === undefined ? undefined : githubSubject(id),
    occurredAt: isRaised ? alert.created_at : alert.updated_at,
    labels: ["security", severity],
    refs: [{ type: "OTHER", id, title: name, url: alert.html_url }],
  };
}
