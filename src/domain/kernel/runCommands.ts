/** What services do with a request: run its commands as one, under the key that the caller gave. */
import { underCallersKey } from "./callerKey.js";
import type { CommandHandler, CommandOutcome, CommandRequest } from "./commandHandler.js";
import type { StreamPosition } from "./eventStore.js";
import { toMetadata } from "./request.js";
import type { Request } from "./request.js";

/** A command and its stream. */
export type Step<Command> = Pick<CommandRequest<Command>, "streamId" | "command">;

export interface RunOutcome<State> extends CommandOutcome<State> {
  /** Where the stream of the first step stands behind the commands. */
  readonly position: StreamPosition;
}

/**
 * Runs the steps in one transaction. The request's `expectedVersion` is that of the first step; `asked` is what its key stands for. Throws what the command handler throws.
 */
export async function runCommands<State, Command>(
  commands: Pick<CommandHandler<State, Command>, "handle">,
  [first, ...others]: readonly [Step<Command>, ...Step<Command>[]],
  asked: { readonly operation: string; readonly input: unknown },
  request: Request,
): Promise<RunOutcome<State>> {
  const { actor, idempotencyKey: key, expectedVersion } = request;
  const outcome = await underCallersKey({ actor, key, asked }, (idempotency) =>
    commands.handle([{ ...first, expectedVersion }, ...others], toMetadata(request, idempotency)),
  );
  const [position] = outcome.positions;
  if (position === undefined) throw new Error("a command leads to a position");
  return { ...outcome, position };
}
