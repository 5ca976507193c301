/** Wake-ups for a loop that waits: a ring is never lost, and many rings while the loop is busy are one. */
export interface Bell {
  ring(): void;
  /**
   * Waits for a ring, at most `milliseconds`, and says whether it rang; at once where it rang since the last wait.
   */
  wait(milliseconds: number): Promise<boolean>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    wait: async (milliseconds) => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = undefined;
      }
      const answer = rung;
      rung = false;
      return answer;
    },
  };
}
