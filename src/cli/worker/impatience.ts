/** Giving up what is out of reach for too long. */

export interface Impatience {
  /** Aborts when everything that was watched has failed for the whole time, with why the last one did. */
  readonly signal: AbortSignal;
  /** What `work` comes to. */
  watch<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Lets go of the timer. */
  end(): void;
}

export function createImpatience(seconds: number): Impatience {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let last: unknown;
  const end = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const giveUp = () => {
    const said = last instanceof Error ? last.message : String(last);
    controller.abort(new Error(`given up after ${seconds} s: ${said}`, { cause: last }));
  };
  return {
    signal: controller.signal,
    async watch(work) {
      try {
        const result = await work();
        end();
        return result;
      } catch (error) {
        last = error;
        timer ??= setTimeout(giveUp, seconds * 1_000);
        throw error;
      }
    },
    end,
  };
}
