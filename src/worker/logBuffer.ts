/** Entries for a request's logs, gathered and appended in batches: a page that fails must not cost a request of its own. */
import { jsonBytes } from "../domain/kernel/json.js";
import { clipLine, present, toOneLine, withoutHidden } from "../domain/kernel/index.js";
import type { Clock } from "../domain/kernel/index.js";
import { limits } from "../domain/research/index.js";
import type { InputOf } from "../domain/research/index.js";
import type { Work, WorkerLog } from "./ports.js";

type Entry = InputOf<"appendLogs">["entries"][number];

export interface LogBuffer {
  readonly note: Work["note"];
  /** Appends what was gathered. What is refused is left out: no work fails for its logs. Throws where the lease is lost. */
  flush(): Promise<void>;
}

export interface LogBufferDeps {
  readonly append: (entries: Entry[]) => Promise<void>;
  /** Whether it was refused for good, and not for the lease. */
  readonly isRefusal: (error: unknown) => boolean;
  readonly clock: Clock;
  readonly log: Pick<WorkerLog, "warn">;
}

export function createLogBuffer({ append, isRefusal, clock, log }: LogBufferDeps): LogBuffer {
  let gathered: Entry[] = [];
  let flushing: Promise<void> = Promise.resolve();

  const appendAll = async () => {
    while (gathered.length > 0) {
      const entries = gathered.slice(0, limits.logEntries);
      try {
        await append(entries);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        log.warn({ err: error, entries: entries.length }, "entries for the logs were refused; they are left out");
      }
      gathered = gathered.slice(entries.length);
    }
  };

  return {
    note(level, message, { stage, metadata } = {}) {
      const line = clipLine(toOneLine(withoutHidden(message)), limits.logMessage);
      const isSmall = metadata !== undefined && jsonBytes(metadata) <= limits.logMetadataBytes;
      gathered.push({
        level,
        message: line === "" ? "(nothing)" : line,
        at: clock.now(),
        ...present({ stage, metadata: isSmall ? metadata : undefined }),
      });
    },
    flush() {
      // One after the other: the same entries must not be appended twice.
      flushing = flushing.catch(() => undefined).then(appendAll);
      return flushing;
    },
  };
}
