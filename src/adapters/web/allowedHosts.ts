/** Hosts that whoever runs the server trusts: its own network's, or a test's. */

/** Whether an address is on one of them. */
export type Allowance = (url: URL) => boolean;

/** `allowedHosts`: `127.0.0.1:8080` for one port of a host, `wiki.corp` for all of them. */
export function createAllowance(allowedHosts: readonly string[]): Allowance {
  const allowed = new Set(allowedHosts.map((host) => host.trim().toLowerCase()));
  return (url) => {
    const host = bareHost(url);
    return allowed.has(host) || allowed.has(`${host}:${portOf(url)}`);
  };
}

/** The name without the dot that may end it. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/\.$/, "");
}

function portOf({ protocol, port }: URL): string {
  if (port !== "") return port;
  return protocol === "https:" ? "443" : "80";
}
