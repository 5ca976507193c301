/** Settings and assignment rules at hand: every delivery asks for them, and they seldom change. */
import { toMilliseconds } from "../kernel/time.js";
import type { Clock } from "../kernel/time.js";
import { createRecent } from "./recent.js";
import type { ProjectReadModel } from "./readModel.js";
import type { ProjectRouting, ProjectSettings } from "./state.js";

/** What it returns is at most five seconds old unless it says so; what this process has changed is seen at once. */
export interface SettingsReader {
  /** One request, or none. */
  settings(project: string): Promise<ProjectSettings>;
  /** As they are now, whoever has changed them. One request. */
  newestSettings(project: string): Promise<ProjectSettings>;
  /** One request, or none. */
  routing(): Promise<ProjectRouting>;
  /** This process has changed them. */
  sawSettings(settings: ProjectSettings): void;
  sawRouting(routing: ProjectRouting): void;
}

const lifeMilliseconds = 5_000;
/** Projects that are kept at a time. */
const keptProjects = 1_000;

export function createSettingsReader(deps: {
  readonly readModel: Pick<ProjectReadModel, "getSettings" | "getRouting">;
  readonly clock: Clock;
}): SettingsReader {
  const { readModel, clock } = deps;
  const settings = createShortCache<ProjectSettings>(clock, async (project) => {
    const [found] = await readModel.getSettings([project]);
    if (found === undefined) throw new Error("settings are there for every project");
    return found;
  });
  const routing = createShortCache<ProjectRouting>(clock, () => readModel.getRouting());
  return {
    settings: (project) => settings.get(project),
    newestSettings: (project) => settings.newest(project),
    routing: () => routing.get("all"),
    sawSettings: (seen) => settings.put(seen.project, seen),
    sawRouting: (seen) => routing.put("all", seen),
  };
}

interface Versioned {
  readonly version: number;
}

interface Kept<T> {
  readonly value: T;
  readonly until: number;
}

/** Values by key, read anew when they are five seconds old. Those who ask while one is being read share the answer. */
function createShortCache<T extends Versioned>(clock: Clock, read: (key: string) => Promise<T>) {
  const kept = createRecent<Kept<T>>(keptProjects);
  const reading = new Map<string, Promise<T>>();

  const put = (key: string, value: T): T => {
    const known = kept.get(key);
    // An answer that was on its way while this process wrote is older than what it wrote.
    const newest = known !== undefined && known.value.version > value.version ? known.value : value;
    kept.set(key, { value: newest, until: toMilliseconds(clock.now()) + lifeMilliseconds });
    return newest;
  };

  const readAnew = (key: string): Promise<T> => {
    const answer = read(key)
      .then((value) => put(key, value))
      .finally(() => reading.delete(key));
    reading.set(key, answer);
    return answer;
  };

  return {
    put,
    /** Shares no answer: one that is on its way may be older than what the caller has heard of. */
    newest: async (key: string): Promise<T> => put(key, await read(key)),
    async get(key: string): Promise<T> {
      const known = kept.get(key);
      if (known !== undefined && known.until > toMilliseconds(clock.now())) return known.value;
      return reading.get(key) ?? readAnew(key);
    },
  };
}
