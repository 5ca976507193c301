/** Which addresses may be webhooks of sessions, as far as their text shows. */
import type { UrlCheck } from "../../domain/integrations/index.js";
import { limits } from "../../domain/integrations/index.js";
import { bareHost, createAllowance } from "../web/allowedHosts.js";
import { createUrlCheck } from "../web/urlCheck.js";

export interface WebhookCheckDeps {
  /** `host` or `host:port`: exempt from what is said of https and of addresses. */
  readonly allowedHosts: readonly string[];
  /** The only hosts, in lower case: `hooks.example`, with or without a port, or `.example.org` for all below it. @default any */
  readonly onlyHosts?: readonly string[] | undefined;
}

/** Creates the check: an https address of the public web, without credentials, on one of the hosts that an operator has named, if any (defect B11). */
export function createWebhookCheck({ allowedHosts, onlyHosts }: WebhookCheckDeps): UrlCheck {
  const check = createUrlCheck({ allowedHosts, longest: limits.url });
  if (onlyHosts === undefined) return check;
  const suffixes = onlyHosts.filter((host) => host.startsWith("."));
  const isNamed = createAllowance(onlyHosts.filter((host) => !host.startsWith(".")));
  return (text) => {
    const problem = check(text);
    if (problem !== undefined) return problem;
    const url = new URL(text);
    const host = bareHost(url);
    return isNamed(url) || suffixes.some((suffix) => host.endsWith(suffix))
      ? undefined
      : "must be on a host that this server may send to";
  };
}
