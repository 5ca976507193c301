/** What long commands share: a progress bar on stderr, a state file to go on from, and an orderly end on Ctrl-C. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** Sets the bar to `value` of `total`, with a word on what is done. */
  show(value: number, total: number, what: string): void;
  stop(): void;
}

/** A bar that also shows how many `unit` there are each second; nothing where `quiet`. */
export function createProgress(unit: string, { quiet }: { readonly quiet: boolean }): Progress {
  if (quiet) return { show: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    {
      format: `  {bar} {percentage}% | {value}/{total} ${unit} | {rate}/s | {what}`,
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 2_000,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const began = performance.now();
  let started = false;
  return {
    show(value, total, what) {
      const rate = Math.round(value / Math.max(0.001, (performance.now() - began) / 1_000));
      if (!started) bar.start(Math.max(total, value), 0, { rate, what });
      started = true;
      bar.setTotal(Math.max(total, value));
      bar.update(value, { rate, what });
    },
    stop: () => bar.stop(),
  };
}

/** Where a command keeps how far it has come. */
export interface StateFile<State> {
  load(): Promise<State | undefined>;
  /** Saves now and then: at once, then at most each second. */
  save(state: State): Promise<void>;
  /** Saves what `save` held back. */
  flush(): Promise<void>;
  remove(): Promise<void>;
}

export function createStateFile<State>(path: string): StateFile<State> {
  let saved = 0;
  let waiting: State | undefined;
  const write = async (state: State) => {
    saved = performance.now();
    waiting = undefined;
    await writeFile(`${path}.new`, JSON.stringify(state));
    await rename(`${path}.new`, path);
  };
  return {
    async load() {
      try {
        // Only this command writes the file.
        return JSON.parse(await readFile(path, "utf8")) as State;
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    async save(state) {
      if (performance.now() - saved < 1_000) waiting = state;
      else await write(state);
    },
    async flush() {
      if (waiting !== undefined) await write(waiting);
    },
    remove: () => rm(path, { force: true }),
  };
}

/** Runs `work` with a signal that Ctrl-C aborts, after which it ends as soon as it can. */
export async function interruptible<T>(hint: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(new Error(`stopped; ${hint}`));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
