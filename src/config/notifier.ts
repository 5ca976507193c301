/** Where messages to people go: NOTIFIER and the SLACK_ variables, which make sense together or not at all. */
import type { Environment, Problem } from "./auth.js";

export const notifiers = ["console", "slack"] as const;

/** The notifier and what it needs. */
export type NotifierConfig =
  | { readonly kind: "console" }
  | { readonly kind: "slack"; readonly token: string; readonly apiUrl?: string | undefined };

const dependents = ["SLACK_BOT_TOKEN", "SLACK_API_URL"];

/** What is wrong with the variables as a whole. Values are not repeated: some are secret. */
export function notifierProblems(present: Environment): Problem[] {
  const { NOTIFIER: kind = "console", SLACK_BOT_TOKEN: token } = present;
  if (kind === "slack") {
    return token === undefined ? [{ variable: "SLACK_BOT_TOKEN", message: "must be set beside NOTIFIER=slack" }] : [];
  }
  return dependents
    .filter((variable) => present[variable] !== undefined)
    .map((variable) => ({ variable, message: "has no effect without NOTIFIER=slack" }));
}

/** The variables of an environment without {@link notifierProblems}. */
export function toNotifierConfig(values: {
  readonly NOTIFIER: (typeof notifiers)[number];
  readonly SLACK_BOT_TOKEN?: string | undefined;
  readonly SLACK_API_URL?: string | undefined;
}): NotifierConfig {
  const { NOTIFIER: kind, SLACK_BOT_TOKEN: token, SLACK_API_URL: apiUrl } = values;
  return Object.freeze(kind === "slack" && token !== undefined ? { kind, token, apiUrl } : { kind: "console" });
}
