/** How often one caller may ask; counted in this process. */
import { isIPv6 } from "node:net";
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

export interface RateLimit {
  /** Operations in a minute. */
  readonly perMinute: number;
  /** Operations beyond that in ten minutes. */
  readonly burst: number;
}

export interface RateLimiter {
  /** Counts one operation of `key`. Undefined: it may go on; else the seconds, at least 1, until it may ask again. */
  take(key: string): Promise<number | undefined>;
}

/** Counts per caller. No limit: nothing is counted. */
export function createRateLimiter(limit: RateLimit | undefined): RateLimiter {
  if (limit === undefined) return { take: async () => undefined };
  const steady = new RateLimiterMemory({ keyPrefix: "steady", points: limit.perMinute, duration: 60 });
  if (limit.burst === 0) return limiterOver(steady);
  return limiterOver(
    new BurstyRateLimiter(steady, new RateLimiterMemory({ keyPrefix: "burst", points: limit.burst, duration: 600 })),
  );
}

function limiterOver(counter: Pick<RateLimiterMemory, "consume">): RateLimiter {
  return {
    async take(key) {
      try {
        await counter.consume(key);
        return undefined;
      } catch (refusal) {
        // The library rejects with a result, not an error, where the limit is reached.
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
      }
    },
  };
}

/** What stands for the one behind an address: an IPv6 network of 64 bits, since each has as many addresses as it likes. */
export function addressKey(address: string | undefined): string {
  if (address === undefined || !isIPv6(address) || address.includes(".")) return address ?? "unknown";
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - groups.length - behind.length }, () => "0");
  return `${[...groups, ...zeros, ...behind].slice(0, 4).join(":")}::/64`;
}
