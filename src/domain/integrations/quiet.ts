/** The polls of a session that had nothing to say, for the next event to take along (defect B4). */
import { present } from "../kernel/present.js";
import type { QuietPolls } from "./events.js";
import type { IntegrationsServiceDeps } from "./serviceDeps.js";

/** One request; nothing where there were none. */
export type QuietReader = (sessionId: string) => Promise<{ readonly quiet?: QuietPolls }>;

export function createQuietReader({ schedule }: Pick<IntegrationsServiceDeps, "schedule">): QuietReader {
  return async (sessionId) => {
    const [view] = await schedule.get([sessionId]);
    const { polls = 0, lastPollAt: until, nextPollAt } = view ?? {};
    return polls > 0 && until !== undefined ? { quiet: present({ polls, until, nextPollAt }) } : {};
  };
}
