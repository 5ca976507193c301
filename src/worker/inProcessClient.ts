/** The ledger of this very process, as a worker speaks to it. */
import type { Request } from "../domain/kernel/index.js";
import type { Claimed, ItemsPart, ResearchReadModel, ResearchService, ResultItem } from "../domain/research/index.js";
import type { Assignment, WorkerClient } from "./ports.js";

export interface InProcessClientDeps {
  readonly service: Pick<
    ResearchService,
    "claim" | "start" | "heartbeat" | "addItems" | "appendLogs" | "complete" | "fail" | "release"
  >;
  readonly views: Pick<ResearchReadModel, "getRuns">;
  /** The items of parts. */
  readonly readParts: (parts: readonly ItemsPart[]) => Promise<readonly ResultItem[]>;
  /** Who asks; a new one each time, as each has a correlation id of its own. */
  readonly toRequest: () => Request;
  /** It takes only what nobody else has claimed for so long. @default 0 */
  readonly queuedSeconds?: number | undefined;
}

export function createInProcessClient(deps: InProcessClientDeps): WorkerClient {
  const { service, views, readParts, toRequest, queuedSeconds } = deps;
  /** Of the requests in hand. */
  const partsOf = new WeakMap<Assignment, readonly ItemsPart[]>();
  const toAssignment = ({ request, parts, ...leased }: Claimed): Assignment => {
    const { requestId, projectId, requestType, config } = request;
    const numbers = parts.map(({ part }) => part);
    const assignment = { requestId, projectId, requestType, config, ...leased, parts: numbers };
    partsOf.set(assignment, parts);
    return assignment;
  };
  return {
    async claim(input, { key, signal }) {
      const request = { ...toRequest(), idempotencyKey: key };
      return (await service.claim(input, request, { signal, queuedSeconds })).map(toAssignment);
    },
    async isQueued(requestId) {
      const [run] = await views.getRuns([requestId]);
      return run?.queuedAt !== undefined;
    },
    async start(requestId, input) {
      await service.start(requestId, input, toRequest());
    },
    heartbeat: (requestId, input) => service.heartbeat(requestId, input, toRequest()),
    async addItems(requestId, input) {
      await service.addItems(requestId, input, toRequest());
    },
    async appendLogs(requestId, input) {
      await service.appendLogs(requestId, input, toRequest());
    },
    async complete(requestId, input) {
      await service.complete(requestId, input, toRequest());
    },
    async fail(requestId, input) {
      await service.fail(requestId, input, toRequest());
    },
    async release(requestId, input) {
      await service.release(requestId, input, toRequest());
    },
    readItems: (assignment) => readParts(partsOf.get(assignment) ?? []),
  };
}
