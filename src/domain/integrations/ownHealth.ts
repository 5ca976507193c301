/** How sessions are doing: all of them from the view that counts them, a caller's own from their rows. */
import type { Request } from "../kernel/request.js";
import type { IntegrationHealth, SessionTally } from "./health.js";
import type { IntegrationsServiceDeps } from "./serviceDeps.js";
import { noTally, toIntegrationHealth } from "./sessionTally.js";
import type { IntegrationSession } from "./state.js";
import { sessionStatuses } from "./values.js";

/** So many that are due are counted. */
const overdueAtMost = 1_000;
/** A user has one session for each service; more services than that nobody has. */
const sessionsAtMost = 100;

export async function sessionHealth(
  { readModel, schedule, clock }: Pick<IntegrationsServiceDeps, "readModel" | "schedule" | "clock">,
  { actor, scope }: Pick<Request, "actor" | "scope">,
): Promise<IntegrationHealth> {
  if (scope === "all") {
    const overdue = schedule.overdue(clock.now(), overdueAtMost);
    const [tallies, due] = await Promise.all([readModel.getTallies(), overdue]);
    return toIntegrationHealth(tallies, due);
  }
  const filter = { userId: actor.id, statuses: sessionStatuses };
  const { rows } = await readModel.listSessions({ filter, order: "BY_SERVICE", first: sessionsAtMost });
  return toIntegrationHealth(rows.map(({ row }) => tallyOf(row)));
}

/** Of one session; failures are those it has now. */
function tallyOf({ serviceType, status, totals, errorCount }: IntegrationSession): SessionTally {
  const none = noTally(serviceType);
  const { items, deadLetters } = totals;
  return { ...none, byStatus: { ...none.byStatus, [status]: 1 }, items, failures: errorCount, deadLetters };
}
