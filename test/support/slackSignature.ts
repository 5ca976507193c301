/** Signs a request as Slack does. */
import { createHmac } from "node:crypto";

export interface SignedBody {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** `at`: milliseconds since 1970. */
export function signedBySlack(secret: string, body: string, at = Date.now()): SignedBody {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": `v0=${signature}`,
    },
  };
}

/** The form that a press of a button comes in. */
export function pressOf(payload: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** A press of a button of ours, as far as it is read. */
export function aPress(
  press: { readonly batchId?: string; readonly actionId?: string; readonly responseUrl?: string } = {},
) {
  const { batchId = "batch_20250602_1300", actionId = "opsledger_regenerate_summary" } = press;
  return {
    type: "block_actions",
    user: { id: "U2CERLKJA", username: "roadrunner", team_id: "T1DC2JH3J" },
    api_app_id: "A0123456789",
    trigger_id: "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
    response_url: press.responseUrl ?? "https://hooks.slack.com/actions/T1DC2JH3J/1/x",
    actions: [{ type: "button", action_id: actionId, block_id: "x", value: batchId, action_ts: "1748869200.000100" }],
  };
}
