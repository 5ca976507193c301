/** Settings and assignment rules at hand: every delivery asks for them, and they seldom change. */
import { createShortCache, laterVersion } from "../kernel/shortCache.js";
import type { Clock } from "../kernel/time.js";
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

export function createSettingsReader(deps: {
  readonly readModel: Pick<ProjectReadModel, "getSettings" | "getRouting">;
  readonly clock: Clock;
}): SettingsReader {
  const { readModel, clock } = deps;
  const settings = createShortCache<ProjectSettings>({
    clock,
    merge: laterVersion,
    read: async (project) => {
      const [found] = await readModel.getSettings([project]);
      if (found === undefined) throw new Error("settings are there for every project");
      return found;
    },
  });
  const routing = createShortCache<ProjectRouting>({ clock, merge: laterVersion, read: () => readModel.getRouting() });
  return {
    settings: (project) => settings.get(project),
    newestSettings: (project) => settings.newest(project),
    routing: () => routing.get("all"),
    sawSettings: (seen) => void settings.put(seen.project, seen),
    sawRouting: (seen) => void routing.put("all", seen),
  };
}
