/**
 * Connections to the public web only. The address that a name resolves to is checked when it is connected to, and that one is
 * connected to: a name that means another address a moment later helps nobody.
 */
import { lookup as systemLookup } from "node:dns";
import type { LookupAddress } from "node:dns";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { buildConnector } from "undici";
import type { Allowance } from "./allowedHosts.js";

/** A host leads to where a server may not ask for others' sake. */
export class ForbiddenAddressError extends Error {
  constructor(readonly host: string) {
    super(`${host} is no host of the public web`);
    this.name = "ForbiddenAddressError";
  }
}

/** Whether anybody may have this address. Those that carry another one in them are judged by it. */
export function isPublicAddress(text: string): boolean {
  // Zones (fe80::1%eth0) belong to networks of one's own.
  if (!ipaddr.isValid(text) || text.includes("%")) return false;
  const address = ipaddr.process(text);
  if (!(address instanceof ipaddr.IPv6)) return address.range() === "unicast";
  // What translates between the two worlds: 64:ff9b::/96.
  if (address.match(translated, 96)) return isPublicAddress(address.toByteArray().slice(12).join("."));
  return address.range() === "unicast" && address.match(globalUnicast, 3);
}

const translated = ipaddr.IPv6.parse("64:ff9b::");
const globalUnicast = ipaddr.IPv6.parse("2000::");

export interface GuardDeps {
  readonly isAllowed: Allowance;
  readonly timeoutMilliseconds: number;
  /** @default that of the operating system */
  readonly lookup?: LookupFunction | undefined;
  /** Certificates in PEM that are trusted. @default those that Node trusts */
  readonly ca?: string | undefined;
}

/** Creates what undici opens connections with. Fails with {@link ForbiddenAddressError} before anything is sent. */
export function createGuardedConnector(deps: GuardDeps): buildConnector.connector {
  const { isAllowed, timeoutMilliseconds: timeout, lookup = systemLookup, ca } = deps;
  const common = { timeout, ...(ca === undefined ? {} : { ca }) };
  const trusting = buildConnector({ ...common, lookup });
  const guarded = buildConnector({ ...common, lookup: publicOnly(lookup) });
  return (options, callback) => {
    const address = options.hostname.replace(/^\[(.*)\]$/, "$1");
    const host = isIP(address) === 6 ? `[${address}]` : address;
    if (isAllowed(new URL(`${options.protocol}//${host}:${options.port}`))) return trusting(options, callback);
    // Nothing is looked up for an address.
    if (isIP(address) !== 0 && !isPublicAddress(address)) {
      return callback(new ForbiddenAddressError(options.hostname), null);
    }
    guarded(options, callback);
  };
}

/** A name is refused where any of its addresses is not public: which one is used is not up to us. */
export function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, address, family) => {
      if (error !== null) return callback(error, address, family);
      const addresses = typeof address === "string" ? [address] : address.map((one: LookupAddress) => one.address);
      if (addresses.length > 0 && addresses.every(isPublicAddress)) return callback(null, address, family);
      callback(new ForbiddenAddressError(hostname), []);
    });
}
