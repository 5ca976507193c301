/** Runs what somebody asks of a session. What is checked outside the ledger may change: a repeat gets the first outcome all the same. */
import { underCallersKey } from "../kernel/callerKey.js";
import type { CommandOutcome } from "../kernel/commandHandler.js";
import { DomainError } from "../kernel/errors.js";
import { toMetadata } from "../kernel/request.js";
import type { Request } from "../kernel/request.js";
import type { SessionCommand } from "./commands.js";
import { sessionStream } from "./keys.js";
import type { IntegrationsServiceDeps } from "./serviceDeps.js";
import type { SessionState } from "./state.js";

export interface Running {
  /**
   * `prepare` makes the command, or throws what it is refused with; `asked` is what the caller's key stands for. Throws what the command
   * handler throws.
   */
  run(
    asked: { readonly operation: SessionCommand["type"]; readonly input: unknown },
    prepare: () => Promise<Prepared> | Prepared,
    request: Request,
  ): Promise<Ran>;
}

export interface Prepared {
  readonly sessionId: string;
  readonly command: SessionCommand;
}

export type Ran = Pick<CommandOutcome<SessionState>, "positions" | "states">;

export function createRunning({
  commands,
  eventStore,
}: Pick<IntegrationsServiceDeps, "commands" | "eventStore">): Running {
  return {
    run: (asked, prepare, request) => {
      const { actor, idempotencyKey: key, expectedVersion } = request;
      return underCallersKey({ actor, key, asked }, async (idempotency): Promise<Ran> => {
        let prepared: Prepared;
        try {
          prepared = await prepare();
        } catch (refusal) {
          const isRefused = refusal instanceof DomainError && idempotency !== undefined;
          const earlier = isRefused ? await eventStore.findOutcome(idempotency) : undefined;
          if (earlier === undefined) throw refusal;
          return { positions: earlier, states: [] };
        }
        const step = { streamId: sessionStream(prepared.sessionId), command: prepared.command, expectedVersion };
        return commands.handle([step], toMetadata(request, idempotency));
      });
    },
  };
}
