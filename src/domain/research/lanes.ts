/** Lanes: how many requests of a project may be with workers at a time. The project's own stream decides; this finds out what to ask it. */
import type { CommandRequest } from "../kernel/commandHandler.js";
import { createRecent } from "../kernel/recent.js";
import { createShortCache, laterVersion } from "../kernel/shortCache.js";
import { toMilliseconds } from "../kernel/time.js";
import type { Clock } from "../kernel/time.js";
import type { ResearchCommand } from "./commands.js";
import { projectStream, requestStream } from "./keys.js";
import { readProject } from "./outcomes.js";
import type { Candidate, ResearchReadModel } from "./readModel.js";
import type { ResearchProject } from "./state.js";

/** So long a project whose lanes are all taken is left out. */
const fullMilliseconds = 1_000;

export interface Lanes {
  /** Whether the project has a limit, as it was set in this process, or up to five seconds ago in another. */
  isLimited(projectId: string): Promise<boolean>;
  isFull(projectId: string): boolean;
  /**
   * The commands that claim a request of a project with a limit. `GONE`: it cannot be claimed any more. `FULL`: all lanes are taken
   * by leases that have not ended; remembered for a second. Two or three requests.
   */
  take(
    candidate: Candidate,
    claim: ClaimCommand,
  ): Promise<readonly CommandRequest<ResearchCommand>[] | "GONE" | "FULL">;
  sawFull(projectId: string): void;
  /** A lease of the project may have ended. */
  sawRoom(projectId: string): void;
  sawProject(project: ResearchProject): void;
}

export type ClaimCommand = Extract<ResearchCommand, { readonly type: "ClaimRequest" }>;

export function createLanes({
  readModel,
  clock,
}: {
  readonly readModel: Pick<ResearchReadModel, "getProjects" | "getRuns">;
  readonly clock: Clock;
}): Lanes {
  const full = createRecent<number>(1_000);
  const read = (projectId: string) => readProject(readModel, projectId);
  const projects = createShortCache<ResearchProject>({ clock, read, merge: laterVersion });

  /** Requests that are counted though the leases that they were counted for have ended. */
  const findGone = async ({ lanes }: ResearchProject): Promise<readonly string[]> => {
    const runs = await readModel.getRuns(lanes.map(({ requestId }) => requestId));
    return lanes
      .filter(({ leaseToken }, index) => runs[index]?.lease?.leaseToken !== leaseToken)
      .map(({ requestId }) => requestId);
  };

  const sawFull = (projectId: string) => full.set(projectId, toMilliseconds(clock.now()) + fullMilliseconds);

  return {
    isLimited: async (projectId) => (await projects.get(projectId)).maxRunning !== undefined,
    isFull: (projectId) => toMilliseconds(clock.now()) < (full.get(projectId) ?? 0),
    sawFull,
    sawRoom: (projectId) => full.set(projectId, 0),
    sawProject: (project) => void projects.put(project.projectId, project),

    async take({ requestId, projectId }, command) {
      const [project, [run]] = await Promise.all([projects.newest(projectId), readModel.getRuns([requestId])]);
      if (run?.queuedAt === undefined) return "GONE";
      const { maxRunning = Infinity, lanes, version } = project;
      const gone = lanes.length < maxRunning ? [] : await findGone(project);
      if (lanes.length - gone.length >= maxRunning) {
        sawFull(projectId);
        return "FULL";
      }
      // The token is the number of the event that the claim will be.
      const leaseToken = run.version + 1;
      const lane: ResearchCommand = { type: "TakeLane", requestId, leaseToken, gone: [...gone] };
      return [
        { streamId: requestStream(requestId), command, expectedVersion: run.version },
        {
          streamId: projectStream(projectId),
          command: lane,
          // What is gone may have been claimed anew since it was looked at.
          expectedVersion: gone.length === 0 ? undefined : version,
        },
      ];
    },
  };
}
