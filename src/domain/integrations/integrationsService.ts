/** The integrations context as callers use it, over the command handler, the views and the schedule. */
import { parseOrRefuse, refuseProblems } from "../kernel/errors.js";
import type { Request } from "../kernel/request.js";
import { sessionHealth } from "./ownHealth.js";
import { requireSessionId, toOutcome } from "./answers.js";
import { inputSchemas } from "./commands.js";
import type { SessionCommand } from "./commands.js";
import { createConnecting } from "./connecting.js";
import { credentialProblems, intervalProblems } from "./checks.js";
import { createPushing } from "./pushes.js";
import { createQuietReader } from "./quiet.js";
import { createRedelivering } from "./redelivery.js";
import { createReleasing } from "./releasing.js";
import { createRunning } from "./running.js";
import type { IntegrationsService, SessionOutcome } from "./service.js";
import type { IntegrationsServiceDeps } from "./serviceDeps.js";
import { limits } from "./values.js";

export function createIntegrationsService(given: IntegrationsServiceDeps): IntegrationsService {
  const deps = { ...given, commands: createReleasing(given.commands, given) };
  const { services, random } = deps;
  const running = createRunning(deps);
  const quietOf = createQuietReader(deps);

  /** `input`: what the caller's key stands for. */
  const run = async (
    sessionId: string,
    input: object,
    request: Request,
    [operation, prepare]: readonly [SessionCommand["type"], () => Promise<SessionCommand> | SessionCommand],
  ): Promise<SessionOutcome> => {
    const asked = { operation, input: { sessionId, ...input } };
    return toOutcome(await running.run(asked, async () => ({ sessionId, command: await prepare() }), request));
  };

  return {
    ...createConnecting({ ...deps, running, quietOf }),
    ...createRedelivering({ ...deps, running, quietOf }),
    ...createPushing(deps),
    health: (request) => sessionHealth(deps, request),

    async pause(sessionId, input, request) {
      requireSessionId(sessionId, request);
      const parsed = parseOrRefuse(inputSchemas.pause, input);
      const prepare = async () => ({ type: "PauseSession", ...parsed, ...(await quietOf(sessionId)) }) as const;
      return run(sessionId, parsed, request, ["PauseSession", prepare]);
    },

    async resume(sessionId, request) {
      requireSessionId(sessionId, request);
      const prepare = () => ({ type: "ResumeSession", jitter: random() }) as const;
      return run(sessionId, {}, request, ["ResumeSession", prepare]);
    },

    async changeInterval(sessionId, input, request) {
      const { serviceType } = requireSessionId(sessionId, request);
      const parsed = parseOrRefuse(inputSchemas.changeInterval, input);
      const prepare = async () => {
        const service = services.get(serviceType);
        if (service !== undefined) refuseProblems(intervalProblems(parsed.pollingIntervalMs, service));
        const { leastIntervalMs } = service ?? limits;
        const quiet = await quietOf(sessionId);
        return { type: "ChangeInterval", ...parsed, leastIntervalMs, jitter: random(), ...quiet } as const;
      };
      return run(sessionId, parsed, request, ["ChangeInterval", prepare]);
    },

    async reauthorise(sessionId, input, request) {
      const { userId, serviceType } = requireSessionId(sessionId, request);
      const parsed = parseOrRefuse(inputSchemas.reauthorise, input);
      const prepare = async () => {
        const service = services.get(serviceType);
        if (service !== undefined) refuseProblems(credentialProblems(parsed.credentialRef, { userId, service }));
        return { type: "ReauthoriseSession", ...parsed, jitter: random(), ...(await quietOf(sessionId)) } as const;
      };
      return run(sessionId, parsed, request, ["ReauthoriseSession", prepare]);
    },

    async requestPoll(sessionId, request) {
      const { serviceType } = requireSessionId(sessionId, request);
      const leastIntervalMs = services.get(serviceType)?.leastIntervalMs;
      const prepare = async () => ({ type: "RequestPoll", leastIntervalMs, ...(await quietOf(sessionId)) }) as const;
      return run(sessionId, {}, request, ["RequestPoll", prepare]);
    },

    async disable(sessionId, input, request) {
      requireSessionId(sessionId, request);
      const parsed = parseOrRefuse(inputSchemas.disable, input);
      const prepare = async () => ({ type: "DisableSession", ...parsed, ...(await quietOf(sessionId)) }) as const;
      return run(sessionId, parsed, request, ["DisableSession", prepare]);
    },

    async disconnect(sessionId, input, request) {
      requireSessionId(sessionId, request);
      const parsed = parseOrRefuse(inputSchemas.disconnect, input);
      const prepare = async () => ({ type: "DisconnectSession", ...parsed, ...(await quietOf(sessionId)) }) as const;
      return run(sessionId, parsed, request, ["DisconnectSession", prepare]);
    },

    async discard(sessionId, input, request) {
      requireSessionId(sessionId, request);
      const parsed = parseOrRefuse(inputSchemas.discard, input);
      const prepare = async () => ({ type: "DiscardDeadLetter", ...parsed, ...(await quietOf(sessionId)) }) as const;
      return run(sessionId, parsed, request, ["DiscardDeadLetter", prepare]);
    },
  };
}
