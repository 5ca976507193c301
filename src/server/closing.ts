/** What has been started, and stops again in the opposite order. */

export interface Closing {
  /** To be called as soon as something has started. */
  readonly onClose: (stop: () => Promise<void>) => void;
  /** Stops everything, the last first; again: what has started since. */
  readonly close: () => Promise<void>;
}

export function createClosing(): Closing {
  const started: (() => Promise<void>)[] = [];
  return {
    onClose: (stop) => void started.push(stop),
    close: async () => {
      for (const stop of started.splice(0).reverse()) await stop();
    },
  };
}
