/** How often the poller looks for what is due: looks cost requests, and most of all those that read past what they leave out. */

export interface LookPace {
  /** Somebody says that there is something: a look follows at once, or as soon as the last one is long enough ago. */
  wake(): void;
  /** Whether a look that leaves these services out would be the next one too soon. */
  isTooEarly(without: readonly string[]): boolean;
  /** A look that leaves these services out. */
  looking<Found>(without: readonly string[], look: () => Promise<Found>): Promise<Found>;
  /** So long, or until there may be a look again that was too early. */
  atMost(milliseconds: number): number;
  close(): void;
}

/** Between looks that somebody has asked for: many events in a row are one look. */
const betweenWakes = 250;
/** A look that leaves out reads past a backlog: after it the poller lets so many times as long go by, up to the limit. */
const restShare = 20;
const longestRest = 5_000;

export function createLookPace(onWake: () => void): LookPace {
  let lookedAt = -Infinity;
  /** From when on a look may leave services out. */
  let wideFrom = -Infinity;
  let isHeldBack = false;
  let timer: NodeJS.Timeout | undefined;

  return {
    wake: () => {
      const early = lookedAt + betweenWakes - performance.now();
      if (early <= 0) onWake();
      else {
        timer ??= setTimeout(() => {
          timer = undefined;
          onWake();
        }, early);
      }
    },
    isTooEarly: (without) => {
      isHeldBack = without.length > 0 && performance.now() < wideFrom;
      return isHeldBack;
    },
    looking: async (without, look) => {
      const begun = performance.now();
      lookedAt = begun;
      const found = await look();
      const ended = performance.now();
      if (without.length > 0) wideFrom = ended + Math.min(longestRest, restShare * (ended - begun));
      return found;
    },
    atMost: (milliseconds) =>
      isHeldBack ? Math.max(0, Math.min(milliseconds, wideFrom - performance.now())) : milliseconds,
    close: () => clearTimeout(timer),
  };
}
