/** Rates, medians and percentiles. */

/** Runs `work` on `concurrency` lines for `milliseconds`; returns how often per second it ended. */
export async function rate(
  concurrency: number,
  milliseconds: number,
  work: (line: number) => Promise<void>,
): Promise<number> {
  const end = performance.now() + milliseconds;
  const startedAt = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async (_, line) => {
      while (performance.now() < end) {
        await work(line);
        count += 1;
      }
    }),
  );
  return count / ((performance.now() - startedAt) / 1_000);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Runs two contestants in turn, several rounds; the ratio of each round is taken, so that drift of the machine cancels. */
export async function paired(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<{ readonly ours: number; readonly theirs: number; readonly ratio: number }> {
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) pairs.push({ ours: await ours(), theirs: await theirs() });
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
  };
}
