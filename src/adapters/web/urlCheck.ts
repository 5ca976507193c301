/** Which addresses may be fetched, as far as their text shows. What a name leads to is checked when it is connected to. */
import { isIP } from "node:net";
import { limits } from "../../domain/research/index.js";
import type { UrlCheck } from "../../domain/research/index.js";
import { isPublicAddress } from "./addressGuard.js";
import { bareHost, createAllowance } from "./allowedHosts.js";

export interface UrlCheckDeps {
  /** `host:port`, or a host with all its ports: exempt from what is said of https and of addresses. */
  readonly allowedHosts: readonly string[];
  /** Most characters. @default as many as what a result may name */
  readonly longest?: number | undefined;
}

/** Creates the check: an https address of the public web, without credentials. */
export function createUrlCheck({ allowedHosts, longest = 2 * limits.url }: UrlCheckDeps): UrlCheck {
  const isAllowed = createAllowance(allowedHosts);
  return (text) => {
    if (text.length > longest) return `must have at most ${longest} characters`;
    if (!URL.canParse(text)) return "must be an address such as https://www.example.org/news";
    const url = new URL(text);
    if (url.username !== "" || url.password !== "") return "must not hold credentials";
    if (isAllowed(url) && (url.protocol === "http:" || url.protocol === "https:")) return undefined;
    if (url.protocol !== "https:") return "must be an https address";
    return hostProblem(bareHost(url));
  };
}

/** `host` as URL writes it: lower case, and every form of an IPv4 address (decimal, octal, hexadecimal) as four numbers. */
function hostProblem(host: string): string | undefined {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) !== 0) return isPublicAddress(address) ? undefined : notPublic;
  return inner.test(host) || !host.includes(".") ? notPublic : undefined;
}

const notPublic = "must be an address of the public web";

/** Names that mean something within a network only. */
const inner = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;
