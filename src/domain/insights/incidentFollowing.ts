/**
 * From insight to incident and back: what a rule says becomes of its insights in the incidents context. A slot stands for what
 * one incident at a time is declared about; it is claimed before the incident is declared under a key made from it, so that
 * whoever is cut off between the two finds the incident again.
 */
import { liveStatuses } from "../incidents/index.js";
import type { Incident, IncidentReadModel, IncidentService } from "../incidents/index.js";
import type { CommandHandler } from "../kernel/commandHandler.js";
import { InvalidTransitionError, ValidationError, VersionConflictError } from "../kernel/errors.js";
import type { EventStore } from "../kernel/eventStore.js";
import { clipLine } from "../kernel/text.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { toStreamName } from "../kernel/streamName.js";
import type { IncidentSlotCommand, InsightsCommand } from "./commands.js";
import { incidentSlotCategory, insightCategory } from "./events.js";
import type { InsightEvent } from "./events.js";
import { isOpen } from "./insight.js";
import { toEntityKey } from "./keys.js";
import type { InsightsReadModel } from "./readModel.js";
import type { InsightsWorkflow } from "./service.js";
import type { IncidentSlot, Insight, InsightsState } from "./state.js";
import type { IncidentPolicy } from "./values.js";

export interface IncidentFollowingDeps {
  readonly commands: Pick<CommandHandler<InsightsState, InsightsCommand>, "handle">;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly readModel: Pick<InsightsReadModel, "getInsights" | "getSlots">;
  readonly incidents: Pick<IncidentService, "declare" | "change" | "link" | "unlink" | "addComment">;
  readonly incidentViews: Pick<IncidentReadModel, "getIncidents">;
}

export type IncidentFollowing = Pick<InsightsWorkflow, "followIncident">;

type Severity = IncidentPolicy["severities"][number]["severity"];
type Ending = IncidentSlot["endings"][number];
type Raised = Extract<InsightEvent, { readonly type: "InsightRaised" }>["data"];

/** Of a slot that does not say how severe its incident is. */
const leastSevere: Severity = "P4";
/** How often a slot is looked at again where others have changed it meanwhile. */
const tries = 8;
/** How far an incident that was merged is followed. */
const mergesAtMost = 10;
/** What an incident that is not resolved by itself is told. The same for the same ending, so that it is said once. */
const overText: Readonly<Record<Ending["ending"], string>> = {
  RESOLVE:
    "All insights that this incident was declared for are over. Somebody has taken it up, so it is left to people to resolve it.",
  TELL: "All insights that this incident was declared for are over, but not all of them because things are well again: some have expired, or their rule was switched off. It is left to people to resolve it.",
};
/** Longest description and title of an incident. */
const longest = { title: 200, description: 4_000 } as const;

export function createIncidentFollowing(deps: IncidentFollowingDeps): IncidentFollowing {
  const { commands, eventStore, readModel, incidents, incidentViews } = deps;

  const getIncident = async (incidentId: string) => (await incidentViews.getIncidents([incidentId]))[0];
  const getSlot = async (slotId: string) => (await readModel.getSlots([slotId]))[0];

  /** The slot behind the command. */
  const change = async (
    slotId: string,
    command: IncidentSlotCommand,
    request: Request,
    expectedVersion?: number,
  ): Promise<IncidentSlot | undefined> => {
    const streamId = toStreamName(incidentSlotCategory, slotId);
    const { states } = await commands.handle([{ streamId, command, expectedVersion }], toMetadata(request));
    const [state] = states;
    return state?.kind === "slot" ? state.slot : getSlot(slotId);
  };

  /** As the insight was when it was raised: what is declared must be the same however often it is asked for. */
  const raisedAs = async (alertId: string): Promise<Raised> => {
    for await (const { events } of eventStore.readStream(toStreamName(insightCategory, alertId), { toVersion: 1 })) {
      const [first] = events;
      // The codec has decoded it.
      if (first?.type === "InsightRaised") return first.data as Raised;
    }
    throw new Error(`the insight ${alertId} does not begin with its raising`);
  };

  /** Declares the incident of a slot that has none yet, or finds the one that was declared for it. */
  const fill = async ({ slotId, number, alertIds: [opener = ""], severity }: IncidentSlot, request: Request) => {
    const raised = await raisedAs(opener);
    const { incidentId } = await incidents.declare(
      {
        title: titleOf(raised),
        description: describe(opener, raised),
        severity: severity ?? leastSevere,
        services: raised.incident?.services ?? [],
        labels: { "insight-type": raised.predictionType, "entity-type": raised.entityType },
      },
      { ...request, idempotencyKey: `insight-incident/${slotId}/${number}` },
    );
    await link(incidentId, opener, raised.title, request);
    const filled = await change(slotId, { type: "Fill", number, incidentId }, request);
    return { slot: filled, incidentId };
  };

  /** An incident that has as many links as it may have goes without this one; the insight knows it all the same. */
  const link = async (incidentId: string, alertId: string, title: string, request: Request): Promise<void> => {
    try {
      const target = { kind: "INSIGHT", target: alertId, title: clipLine(title, longest.title) } as const;
      await incidents.link(incidentId, target, withoutKey(request));
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
    }
  };

  const linkInsight = async (alertId: string, incidentId: string, declared: boolean, request: Request) => {
    const streamId = toStreamName(insightCategory, alertId);
    const command = { type: "LinkIncident", incidentId, declared } as const;
    try {
      await commands.handle([{ streamId, command }], toMetadata(request));
    } catch (error) {
      if (!(error instanceof InvalidTransitionError)) throw error;
      await unlink(incidentId, alertId, request);
    }
  };

  /** People have linked the insight to another incident meanwhile: that is its, on both sides. */
  const unlink = async (incidentId: string, alertId: string, request: Request): Promise<void> => {
    const links = (await getIncident(incidentId))?.links ?? [];
    const known = links.find(({ kind, target }) => kind === "INSIGHT" && target === alertId);
    if (known !== undefined) await incidents.unlink(incidentId, known.linkId, withoutKey(request));
  };

  /** The incident that people work on in place of this one; undefined where it is over. */
  const liveIncident = async (incidentId: string): Promise<Incident | undefined> => {
    let found = await getIncident(incidentId);
    for (let merges = 0; found?.mergedInto !== undefined && merges < mergesAtMost; merges += 1)
      found = await getIncident(found.mergedInto.incidentId);
    return found !== undefined && isLive(found) ? found : undefined;
  };

  /** Throws a VersionConflictError where others were faster: it must be looked at again. */
  const join = async (insight: Insight, slotId: string, severity: Severity, request: Request) => {
    const { alertId, title } = insight;
    const known = await getSlot(slotId);
    if (known?.isOpen === true && known.incidentId !== undefined && !known.alertIds.includes(alertId)) {
      // People have ended it: what is wrong now is another matter.
      if ((await liveIncident(known.incidentId)) === undefined)
        await change(slotId, { type: "Close", number: known.number }, request, known.version);
    }
    const claimed = await change(slotId, { type: "Claim", alertId, severity }, request);
    if (claimed === undefined) throw new Error(`the slot ${slotId} is claimed, and not there`);
    const declares = claimed.alertIds[0] === alertId;
    const incidentId = claimed.incidentId ?? (await fill(claimed, request)).incidentId;
    const incident = (await liveIncident(incidentId)) ?? (await getIncident(incidentId));
    const linked = incident?.incidentId ?? incidentId;
    await link(linked, alertId, title, request);
    await linkInsight(alertId, linked, declares, request);
  };

  /** The last one to leave closes the slot. Where its policy says so the incident is ended; whoever is cut off there does it later. */
  const leave = async (insight: Insight, { autoResolve }: IncidentPolicy, slotId: string, request: Request) => {
    const { alertId } = insight;
    let slot = await getSlot(slotId);
    if (slot?.isOpen === true && slot.alertIds.includes(alertId)) {
      // Whoever claimed it may have been cut off behind the declaring.
      const isHalfDone = slot.incidentId === undefined || insight.incident === undefined;
      if (isHalfDone) await join(insight, slotId, slot.severity ?? leastSevere, request);
      slot = await change(slotId, { type: "Leave", alertId, settled: isSettled(insight), autoResolve }, request);
    }
    for (const ending of slot?.endings ?? []) {
      await end(slotId, ending, request);
      await change(slotId, { type: "End", number: ending.number }, request);
    }
  };

  /**
   * Resolves an incident whose insights are all settled, where nobody has taken it up; else only says that they are over. One
   * that people have ended stays as it is. Throws a VersionConflictError where it has just changed: it must be looked at again.
   */
  const end = async (slotId: string, { number, incidentId, ending }: Ending, request: Request): Promise<void> => {
    const incident = await getIncident(incidentId);
    if (incident === undefined || !isLive(incident)) return;
    try {
      if (ending === "RESOLVE" && isUntouched(incident)) {
        const input = { to: "RESOLVED", reason: "The insights that it was declared for are over" } as const;
        const expectedVersion = incident.version;
        await incidents.change(incidentId, "ChangeStatus", input, { ...withoutKey(request), expectedVersion });
      } else {
        const once = { ...withoutKey(request), idempotencyKey: `insight-incident/${slotId}/${number}/${ending}` };
        await incidents.addComment(incidentId, { text: overText[ending] }, once);
      }
    } catch (error) {
      // People have ended it meanwhile, or it has as many comments as it may have.
      if (!(error instanceof InvalidTransitionError || error instanceof ValidationError)) throw error;
    }
  };

  const follow = async (insight: Insight, policy: IncidentPolicy, request: Request): Promise<void> => {
    const slotId = slotIdOf(policy, insight);
    if (!isOpen(insight)) return leave(insight, policy, slotId, request);
    const severity = severityOf(policy, insight.riskScore);
    if (insight.incident === undefined && severity !== undefined) await join(insight, slotId, severity, request);
  };

  return {
    async followIncident(alertId, request) {
      for (let attempt = 1; ; attempt += 1) {
        const [insight] = await readModel.getInsights([alertId]);
        if (insight?.incidentPolicy === undefined) return {};
        try {
          await follow(insight, insight.incidentPolicy, request);
          return {};
        } catch (error) {
          if (!(error instanceof VersionConflictError) || attempt >= tries) throw error;
        }
      }
    },
  };
}

/** The severity of the greatest risk that is reached; undefined where none is. */
export function severityOf(policy: IncidentPolicy | undefined, riskScore: number): Severity | undefined {
  const reached = (policy?.severities ?? []).filter(({ riskAtLeast }) => riskScore >= riskAtLeast);
  return reached.sort((one, other) => other.riskAtLeast - one.riskAtLeast)[0]?.severity;
}

/** What at most one incident at a time is declared about. */
function slotIdOf({ dedupe }: IncidentPolicy, insight: Insight): string {
  switch (dedupe) {
    case "INSIGHT":
      return `insight/${insight.alertId}`;
    case "ENTITY":
      return `entity/${toEntityKey({ type: insight.entityType, id: insight.entityId })}`;
    case "RULE":
      return `rule/${insight.predictionType}`;
  }
}

/** With the entity that it is about, where it is about one. */
function titleOf({ title, entityId, incident }: Raised): string {
  if (incident?.dedupe === "RULE") return clipLine(title, longest.title);
  return `${clipLine(title, longest.title - entityId.length - 2)}: ${entityId}`;
}

function describe(alertId: string, { explanation, recommendations }: Raised): string {
  const advice = recommendations.map(({ text }) => `- ${text}`);
  const parts = [explanation, ...(advice.length === 0 ? [] : [advice.join("\n")]), `Insight ${alertId}`];
  return parts.join("\n\n").slice(0, longest.description).toWellFormed();
}

function isLive({ status }: Incident): boolean {
  return liveStatuses.includes(status);
}

/** Nobody works on it: it is as it was declared. */
function isUntouched({ status, participants }: Incident): boolean {
  return status === "OPEN" && participants.length === 0;
}

/** Whether its end says that what it was about is over: it has recovered, or a person has closed it. */
function isSettled({ status, resolved }: Insight): boolean {
  return status === "DISMISSED" || (status === "RESOLVED" && resolved?.cause !== "RULE_DISABLED");
}

/** Only the declaring and the last word have a key; all else finds by itself that it is done. */
function withoutKey({ idempotencyKey: _, expectedVersion: __, ...request }: Request): Request {
  return request;
}
