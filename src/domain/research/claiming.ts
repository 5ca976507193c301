/**
 * Claiming: the index proposes, ONE transaction decides. What others were faster with is left out and it is tried again, so that
 * nobody hears of a conflict; no request is ever given to two.
 */
import { underCallersKey } from "../kernel/callerKey.js";
import type { CommandRequest } from "../kernel/commandHandler.js";
import { parseOrRefuse } from "../kernel/errors.js";
import type { Idempotency } from "../kernel/eventStore.js";
import { createRecent } from "../kernel/recent.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import { addSeconds, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { createProposals, headShuffled } from "./candidates.js";
import type { Wanted } from "./candidates.js";
import { stillClaimed, toAllClaimed } from "./claimed.js";
import { isOfProject, isOfVersion, refusedRequestOf } from "./claimRefusals.js";
import { inputSchemas } from "./commands.js";
import type { ResearchCommand } from "./commands.js";
import { requestStream } from "./keys.js";
import type { ClaimCommand, Lanes } from "./lanes.js";
import { requestIn, requireNoVersion } from "./outcomes.js";
import { createPatience } from "./patience.js";
import type { Candidate } from "./readModel.js";
import { NoLaneError, NotClaimableError } from "./refusals.js";
import type { Claimed, ResearchService } from "./service.js";
import type { ResearchServiceDeps } from "./serviceDeps.js";
import type { ResearchRun } from "./state.js";

export interface Claiming extends Pick<ResearchService, "claim"> {
  /** What became of a request in this process: it may be claimable again at once. */
  saw(run: ResearchRun): void;
}

/** How often others may be faster in one look before it ends with none. */
const setbacksAtMost = 40;
/** Requests that are proposed at a time, at most. */
const pageAtMost = 1_000;
/** How often those that are named are looked at again because they were changed meanwhile, not claimed. */
const secondLooksAtMost = 3;
/** So long the index may go on showing a request that was claimed. */
const staleMilliseconds = 10_000;

/** What cannot be had in this call. */
interface LeftOut {
  readonly requests: Set<string>;
  readonly projects: Set<string>;
  /** So many more times a request that was only changed meanwhile is not left out. */
  secondLooks: number;
}

interface Ask {
  readonly wanted: Wanted;
  readonly request: Request;
  readonly idempotency: Idempotency | undefined;
}

interface Chosen {
  readonly candidate: Candidate;
  readonly steps: readonly CommandRequest<ResearchCommand>[];
}

export function createClaiming(
  deps: Pick<ResearchServiceDeps, "commands" | "eventStore" | "readModel" | "availability" | "clock" | "random"> & {
    readonly lanes: Lanes;
  },
): Claiming {
  const { commands, eventStore, readModel, availability, clock, random, lanes } = deps;
  /** Since when those were queued that this process knows to be claimed: the index shows them a while longer. */
  const claimed = createRecent<{ readonly queuedAt: Instant; readonly until: number }>(10_000);
  /** Being claimed right now. */
  const busy = new Set<string>();

  const milliseconds = () => toMilliseconds(clock.now());

  const isStale = ({ requestId, queuedAt }: Candidate): boolean => {
    const known = claimed.get(requestId);
    return known !== undefined && queuedAt <= known.queuedAt && milliseconds() < known.until;
  };

  const sawClaimed = ({ requestId, queuedAt }: Candidate) =>
    claimed.set(requestId, { queuedAt, until: milliseconds() + staleMilliseconds });

  const isOpen = (candidate: Candidate, out: LeftOut): boolean =>
    !out.requests.has(candidate.requestId) &&
    !out.projects.has(candidate.projectId) &&
    !busy.has(candidate.requestId) &&
    !lanes.isFull(candidate.projectId) &&
    !isStale(candidate);

  /** How the candidate is claimed; nothing where it cannot be. */
  const stepsOf = async (candidate: Candidate, command: ClaimCommand, out: LeftOut): Promise<Chosen["steps"]> => {
    const { requestId, projectId } = candidate;
    if (!(await lanes.isLimited(projectId))) return [{ streamId: requestStream(requestId), command }];
    const steps = await lanes.take(candidate, command);
    if (steps === "GONE") out.requests.add(requestId);
    if (steps === "FULL") out.projects.add(projectId);
    return typeof steps === "string" ? [] : steps;
  };

  /**
   * Adds to `chosen` the best that are open, up to `max`; of a project with a limit one, since its stream takes one event. They are
   * busy from then on.
   */
  const choose = async (candidates: readonly Candidate[], wanted: Wanted, out: LeftOut, chosen: Chosen[]) => {
    const { workerId, leaseSeconds, max } = wanted;
    const command: ClaimCommand = { type: "ClaimRequest", workerId, leaseSeconds };
    const limited = new Set<string>();
    for (const candidate of candidates) {
      if (chosen.length >= max) break;
      const { requestId, projectId } = candidate;
      if (lanes.isFull(projectId)) out.projects.add(projectId);
      if (!isOpen(candidate, out) || limited.has(projectId)) continue;
      // Nobody else in this process looks at it while its project is read.
      busy.add(requestId);
      const steps = await stepsOf(candidate, command, out).catch((error: unknown) => {
        busy.delete(requestId);
        throw error;
      });
      if (steps.length === 0) busy.delete(requestId);
      else chosen.push({ candidate, steps });
      if (steps.length > 1) limited.add(projectId);
    }
  };

  const release = (chosen: readonly Chosen[]) => {
    for (const { candidate } of chosen) busy.delete(candidate.requestId);
  };

  /** Leaves out what the refusal is about. Throws it where it is about something else. */
  const leaveOut = (refusal: unknown, chosen: readonly Chosen[], wanted: Wanted, out: LeftOut): void => {
    if (refusal instanceof NoLaneError) {
      lanes.sawFull(refusal.projectId);
      out.projects.add(refusal.projectId);
      return;
    }
    const requestId = refusedRequestOf(refusal);
    const found = chosen.find(({ candidate }) => candidate.requestId === requestId);
    if (found !== undefined) {
      // Who names a request has no other in its place. A message about it may have been noted meanwhile: that is no claim.
      if (wanted.requestIds !== undefined && isOfVersion(refusal) && out.secondLooks > 0) {
        out.secondLooks -= 1;
        return;
      }
      out.requests.add(found.candidate.requestId);
      if (refusal instanceof NotClaimableError) sawClaimed(found.candidate);
      // Lanes that were looked at a moment too early are looked at again.
    } else if (!isOfProject(refusal)) throw refusal;
  };

  /** Undefined where others were faster with one of them. */
  const claimChosen = async (
    chosen: readonly Chosen[],
    out: LeftOut,
    { wanted, request, idempotency }: Ask,
  ): Promise<readonly Claimed[] | undefined> => {
    // The claims first: their positions are what a repeat is told.
    const steps = [...chosen.flatMap((one) => one.steps.slice(0, 1)), ...chosen.flatMap((one) => one.steps.slice(1))];
    try {
      const { states, positions, repeated } = await commands.handle(steps, toMetadata(request, idempotency));
      if (repeated) return await stillClaimed(readModel, positions, request);
      for (const { candidate } of chosen) sawClaimed(candidate);
      return toAllClaimed(states.slice(0, chosen.length).map(requestIn));
    } catch (error) {
      leaveOut(error, chosen, wanted, out);
      return undefined;
    }
  };

  /** Reads on behind what cannot be had, and asks for none of the projects that are full: nobody else waits behind these. */
  const look = async (ask: Ask): Promise<readonly Claimed[]> => {
    const { wanted, request } = ask;
    const out: LeftOut = { requests: new Set(), projects: new Set(), secondLooks: secondLooksAtMost };
    const proposals = createProposals(readModel, wanted, request.scope);
    let limit = Math.min(pageAtMost, headOf(wanted) + busy.size);
    let candidates = await proposals.next(limit, out.projects);
    for (let setbacks = 0; candidates !== undefined && setbacks < setbacksAtMost;) {
      const chosen: Chosen[] = [];
      try {
        await choose(candidates, wanted, out, chosen);
        if (chosen.length > 0) {
          const found = await claimChosen(chosen, out, ask);
          if (found !== undefined) return found;
        }
      } finally {
        release(chosen);
      }
      if (chosen.length > 0) {
        setbacks += 1;
        const open = candidates.filter((one) => isOpen(one, out));
        // Who goes on with the very next meets the same others there again.
        candidates = headShuffled(open, headOf(wanted), random);
      } else {
        limit = Math.min(pageAtMost, limit * 8);
        candidates = await proposals.next(limit, out.projects);
      }
    }
    return [];
  };

  return {
    saw({ requestId, projectId, queuedAt, lease }) {
      if (queuedAt !== undefined) claimed.set(requestId, { queuedAt, until: 0 });
      if (lease === undefined) lanes.sawRoom(projectId);
    },

    async claim(input, request, { signal = new AbortController().signal, queuedSeconds = 0 } = {}) {
      requireNoVersion(request);
      const parsed = parseOrRefuse(inputSchemas.claim, input);
      const { strategy, types, waitSeconds } = parsed;
      const asked = { operation: "ClaimRequests", input: parsed };
      const patience = createPatience({ availability, clock }, { strategy, types, scope: request.scope }, waitSeconds);
      return underCallersKey({ actor: request.actor, key: request.idempotencyKey, asked }, async (idempotency) => {
        const earlier = idempotency && (await eventStore.findOutcome(idempotency));
        if (earlier !== undefined) return stillClaimed(readModel, earlier, request);
        for (;;) {
          const queuedBefore = queuedSeconds > 0 ? addSeconds(clock.now(), -queuedSeconds) : undefined;
          const wanted: Wanted = { ...parsed, queuedBefore };
          const found = await look({ wanted, request, idempotency });
          if (found.length > 0 || !patience.isLeft(signal)) return found;
          if (!(await patience.wait(signal))) return [];
        }
      });
    },
  };
}

/** How many of the best are looked at. */
function headOf({ max }: Wanted): number {
  return max * 4 + 8;
}
