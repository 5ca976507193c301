/** Where messages to people go: NOTIFIER, and the variables of Slack or of Amazon SNS, which make sense beside it or not at all. */
import type { Environment, Problem } from "./auth.js";

export const notifiers = ["console", "slack", "sns"] as const;
type NotifierKind = (typeof notifiers)[number];

/** The notifier and what it needs. */
export type NotifierConfig =
  | { readonly kind: "console" }
  | { readonly kind: "slack"; readonly token: string; readonly apiUrl?: string | undefined }
  | { readonly kind: "sns"; readonly topicArn: string; readonly endpoint?: string | undefined };

/** The variables of each kind; the first is the one that it cannot do without. */
const variablesOf = {
  slack: ["SLACK_BOT_TOKEN", "SLACK_API_URL"],
  sns: ["SNS_TOPIC_ARN", "SNS_ENDPOINT"],
} as const satisfies Readonly<Partial<Record<NotifierKind, readonly [string, ...string[]]>>>;

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function notifierProblems(present: Environment): Problem[] {
  const { NOTIFIER: chosen = "console" } = present;
  return Object.entries(variablesOf).flatMap(([kind, variables]): Problem[] => {
    const [needed] = variables;
    if (kind === chosen) {
      return present[needed] === undefined
        ? [{ variable: needed, message: `must be set beside NOTIFIER=${kind}` }]
        : [];
    }
    return variables
      .filter((variable) => present[variable] !== undefined)
      .map((variable) => ({ variable, message: `has no effect without NOTIFIER=${kind}` }));
  });
}

/** The variables of an environment without {@link notifierProblems}. */
export function toNotifierConfig(values: {
  readonly NOTIFIER: NotifierKind;
  readonly SLACK_BOT_TOKEN?: string | undefined;
  readonly SLACK_API_URL?: string | undefined;
  readonly SNS_TOPIC_ARN?: string | undefined;
  readonly SNS_ENDPOINT?: string | undefined;
}): NotifierConfig {
  const { NOTIFIER: kind, SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl, SNS_TOPIC_ARN: topicArn } = values;
  if (kind === "slack" && token !== undefined) return Object.freeze({ kind, token, apiUrl });
  if (kind === "sns" && topicArn !== undefined) return Object.freeze({ kind, topicArn, endpoint: values.SNS_ENDPOINT });
  return Object.freeze({ kind: "console" });
}
