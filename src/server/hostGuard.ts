/** Keeps other people's web pages out: a browser on this machine reaches this server for whatever page it shows. */
import type { IncomingHttpHeaders } from "node:http";
import { isLoopbackHost } from "../config/loopback.js";

/** By which names a server is called: its loopback names only, any, or loopback names and these (lower case). */
export type HostNames = "loopback" | "any" | readonly string[];

/**
 * Why a request with this `host` header is not answered; undefined where it is. A server that believes whoever reaches it is
 * called by a loopback name only: any other name is a page whose own name was made to resolve to this machine. Such a page
 * has no token, so a server that asks for tokens may have any name.
 */
export function hostProblem(headers: IncomingHttpHeaders, names: HostNames): "malformed" | "foreign" | undefined {
  const url = urlOf(`http://${headers.host ?? ""}`);
  if (!url || url.pathname !== "/" || url.username !== "") return "malformed";
  if (names === "any" || isLoopbackHost(url.hostname)) return undefined;
  return names !== "loopback" && names.includes(url.hostname) ? undefined : "foreign";
}

/**
 * Whether the request comes from a page of this server, or from no page. Browsers let any page open a WebSocket to
 * anywhere and read from it; only the server can refuse.
 */
export function isSameOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  return origin === undefined || urlOf(origin)?.host === host?.toLowerCase();
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
