/** How much of bodies may be in memory before anybody has proved anything: what comes on top is told to come again. */

export interface BodyBudget {
  /** Room for a body; undefined where there is none. Call what is returned once the request is over, however it ended. */
  take(bytes: number): (() => void) | undefined;
}

export interface BodyBudgetOptions {
  /** Bytes of small bodies at a time. @default 64 MiB */
  readonly smallBytes?: number;
  /** Large bodies at a time. They have room of their own: who holds it takes none from small ones. @default 3 */
  readonly largeBodies?: number;
}

/** A body with more bytes is a large one. Most deliveries have some ten kilobytes. */
export const largeBodyBytes = 1_048_576;

export function createBodyBudget(options: BodyBudgetOptions = {}): BodyBudget {
  const { smallBytes = 64 * largeBodyBytes, largeBodies = 3 } = options;
  let smallTaken = 0;
  let largeTaken = 0;

  const takeSmall = (bytes: number) => {
    if (smallTaken + bytes > smallBytes) return undefined;
    smallTaken += bytes;
    return () => void (smallTaken -= bytes);
  };
  const takeLarge = () => {
    if (largeTaken >= largeBodies) return undefined;
    largeTaken += 1;
    return () => void (largeTaken -= 1);
  };

  return {
    take(bytes) {
      const giveBack = bytes > largeBodyBytes ? takeLarge() : takeSmall(bytes);
      if (giveBack === undefined) return undefined;
      let isHeld = true;
      return () => {
        if (isHeld) giveBack();
        isHeld = false;
      };
    },
  };
}
