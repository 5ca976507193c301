/**
 * Content that no session names any more is deleted: pushes that are delivered or dropped, and dead letters that are closed. Each time
 * something is put it has a place of its own, so that nothing else can come to name it; and it goes behind the event that lets go of it,
 * so that a crash leaves content that nobody needs, never an event whose content is missing.
 */
import type { CommandHandler } from "../kernel/commandHandler.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import type { SessionCommand } from "./commands.js";
import type { IntegrationSession, SessionState, StoredContent } from "./state.js";

/** What sessions are told by; what they let go of is deleted. */
export type SessionCommands = Pick<CommandHandler<SessionState, SessionCommand>, "handle">;

interface Releasing {
  readonly objects: Pick<ObjectStore, "delete">;
  readonly log: { warn(facts: object, message: string): void };
}

/** The command handler, which deletes what its commands have let go of. Of a repeat, the first run has done that. */
export function createReleasing(commands: SessionCommands, deps: Releasing): SessionCommands {
  return {
    async handle(requests, metadata) {
      const outcome = await commands.handle(requests, metadata);
      const released = outcome.before.flatMap(({ session }, index) =>
        contentsOf(session).filter((content) => !isNamed(content, outcome.states[index]?.session)),
      );
      await Promise.all(released.map((content) => release(content, deps)));
      return outcome;
    },
  };
}

/** Deletes content that no event names. It is not worth failing for: what was to be done is done. */
export async function release({ objectKey }: StoredContent, { objects, log }: Releasing): Promise<void> {
  try {
    await objects.delete(objectKey);
  } catch (error) {
    log.warn({ err: error, objectKey }, "content that nobody needs any more could not be deleted: it stays");
  }
}

/** Whether a session would be asked for it. */
export function isNamed({ objectKey }: StoredContent, session: IntegrationSession | undefined): boolean {
  return contentsOf(session).some((content) => content.objectKey === objectKey);
}

function contentsOf(session: IntegrationSession | undefined): readonly StoredContent[] {
  if (session === undefined) return [];
  return [...session.inbox, ...session.openDeadLetters].map(({ content }) => content);
}
