/** What sites let robots read: robots.txt, by RFC 9309, asked for once an hour. */
import { LRUCache } from "lru-cache";
import robotsParser from "robots-parser";

export interface Rules {
  isAllowed(url: URL): boolean;
  /** Between two requests. */
  readonly pauseMilliseconds: number;
}

/** What asking for a site's robots.txt came to. */
export type RobotsFile =
  { readonly kind: "text"; readonly text: string } | { readonly kind: "none" } | { readonly kind: "later" };

export interface Robots {
  /**
   * Undefined where it cannot be said for now: nothing may be read then. `load` is called where the rules are not known; those who ask
   * meanwhile share what it comes to, also its failure, which is not kept.
   */
  rulesOf(url: URL, load: (address: URL) => Promise<RobotsFile>): Promise<Rules | undefined>;
}

/** Its types tell of an ES module with a default; what is there is a function. */
const parseRobots = robotsParser as unknown as (typeof robotsParser)["default"];

const hour = 3_600_000;
const soon = 60_000;
const longestPause = 10_000;

/** Creates the rules of sites; of a thousand they are kept. */
export function createRobots({ userAgent }: { readonly userAgent: string }): Robots {
  const known = new LRUCache<string, Promise<Rules | undefined>>({ max: 1_000, ttl: hour });
  return {
    rulesOf({ origin }, load) {
      const kept = known.get(origin);
      if (kept !== undefined) return kept;
      const address = new URL("/robots.txt", origin);
      const rules = load(address).then((file) => toRules(file, address, userAgent));
      known.set(origin, rules);
      rules.then(
        (read) => {
          if (read === undefined) known.set(origin, rules, { ttl: soon });
        },
        () => known.delete(origin),
      );
      return rules;
    },
  };
}

function toRules(file: RobotsFile, address: URL, userAgent: string): Rules | undefined {
  if (file.kind === "later") return undefined;
  if (file.kind === "none") return { isAllowed: () => true, pauseMilliseconds: 0 };
  const robot = parseRobots(address.href, tame(file.text));
  const seconds = robot.getCrawlDelay(userAgent) ?? 0;
  return {
    isAllowed: (url) => robot.isAllowed(url.href, userAgent) ?? true,
    pauseMilliseconds: Math.min(Math.max(0, seconds) * 1_000, longestPause),
  };
}

/** Patterns with stars take long to match where somebody wants that: these are bounded, and beyond the bound left out. */
function tame(text: string): string {
  let patterns = 0;
  const lines = text.split(/\r\n|\r|\n/).filter((line) => {
    if (!line.includes("*") || /^\s*user-agent/i.test(line)) return true;
    patterns += 1;
    return patterns <= 500 && line.length <= 200 && line.split("*").length <= 9;
  });
  return lines.join("\n");
}
