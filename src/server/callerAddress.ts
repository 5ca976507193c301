/** Whose address a request has, where load balancers stand before this server. */
import type { IncomingMessage } from "node:http";

/** Whether the proxy at an address, `hop` steps before this server, says truly from whom it has a request. */
export type TrustsProxy = (address: string, hop: number) => boolean;

/** Trusts the nearest `count`, whatever their addresses: a load balancer has many, and nobody else reaches this server. */
export function trustNearest(count: number): TrustsProxy {
  return (_address, hop) => hop < count;
}

/**
 * Who sends a request that comes through `trustedProxies` of our own. Each adds to the end of `x-forwarded-for` whom it has the request from; what
 * stands before that is the client's to forge.
 */
export function callerAddress(
  {
    headers,
    socket,
  }: Pick<IncomingMessage, "headers"> & { readonly socket: { readonly remoteAddress?: string | undefined } },
  trustedProxies: number,
): string | undefined {
  const named = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const senders = named.map((address) => address.trim()).filter((address) => address !== "");
  const way = [socket.remoteAddress, ...senders.toReversed()];
  return way[Math.min(trustedProxies, way.length - 1)];
}
