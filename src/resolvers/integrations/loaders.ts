/** The loaders of the integrations context. */
import DataLoader from "dataloader";
import { isUserVisible } from "../../domain/integrations/index.js";
import type {
  IntegrationSession,
  IntegrationsReadModel,
  PollSchedule,
  ScheduleView,
} from "../../domain/integrations/index.js";
import type { Request } from "../../domain/kernel/request.js";
import { scoped } from "../scoped.js";
import type { ScopedLoader } from "../scoped.js";

/** Schedules are asked for only of a session that the caller may see. */
export interface IntegrationLoaders {
  /** The caller's own sessions, or all; all others are not there. */
  readonly integrationSession: ScopedLoader<IntegrationSession>;
  readonly pollSchedule: DataLoader<string, ScheduleView | undefined>;
}

/** What they read from. */
export interface IntegrationSources {
  readonly integrationViews: IntegrationsReadModel;
  readonly pollSchedule: PollSchedule;
}

export function createIntegrationLoaders(
  { integrationViews: views, pollSchedule: schedule }: IntegrationSources,
  asker: Pick<Request, "actor" | "scope">,
): IntegrationLoaders {
  return {
    integrationSession: scoped(
      (ids) => views.getSessions(ids),
      ({ userId }) => isUserVisible(userId, asker),
    ),
    pollSchedule: new DataLoader((ids) => schedule.get(ids)),
  };
}
