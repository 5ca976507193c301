/** A rest that somebody who knows of work can end. */

export interface Rest {
  /** Resolves after so many milliseconds, or as soon as somebody wakes; at once where somebody has since the last rest. */
  take(milliseconds: number): Promise<void>;
  wake(): void;
}

export function createRest(): Rest {
  let isWoken = false;
  let end: (() => void) | undefined;
  return {
    take: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), isWoken ? 0 : milliseconds);
        end = () => {
          clearTimeout(timer);
          isWoken = false;
          end = undefined;
          resolve();
        };
      }),
    wake: () => {
      isWoken = true;
      end?.();
    },
  };
}
