/** Chance that can be repeated: the same seed makes the same choices. */

export interface Random {
  /** Evenly from 0 up to, not including, 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, greatest: number): number;
  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T;
  /** True so often, from 0 (never) to 1. */
  chance(probability: number): boolean;
}

/** The generator known as mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, greatest: number) => least + Math.floor(next() * (greatest - least + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (from) => {
      const picked = from[between(0, from.length - 1)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}
