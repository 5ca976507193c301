/** Posts to the log of the server: what a project without a channel gets, and every project until Slack is set up. */
import { redact } from "../../domain/projects/index.js";
import type { BatchMessage, EventMessage, Notifier } from "../../domain/projects/index.js";

/** The part of a structured logger that the notifier needs. */
export interface ConsoleLog {
  info(fields: object, message: string): void;
}

/** Creates the notifier. A message's id is its key; nothing is ever found again, since a log cannot be asked. */
export function createConsoleNotifier({ log }: { readonly log: ConsoleLog }): Notifier {
  return {
    name: "console",
    turn: () => 0,
    post: async (message) => {
      log.info(toFields(message), headlineOf(message));
      return { messageId: message.key };
    },
    update: async (message) => log.info({ ...toFields(message), updated: true }, headlineOf(message)),
    find: async () => undefined,
  };
}

function toFields(message: BatchMessage | EventMessage): object {
  if (message.kind === "event") {
    const { projectEventId, project, source, kind, importance, url } = message.event;
    return { event: "project.notification", projectEventId, project, source, kind, importance, url };
  }
  const { batch, summary, revision, modelUsed, batchUrl } = message;
  const textsOf = (claims: readonly { readonly text: string }[]) => claims.map(({ text }) => text);
  return {
    event: "project.summary",
    batchId: batch.batchId,
    project: batch.project,
    events: batch.eventCount,
    revision,
    modelUsed,
    batchUrl,
    blockers: textsOf(summary.blockers),
    achievements: textsOf(summary.achievements),
    themes: textsOf(summary.themes),
  };
}

function headlineOf(message: BatchMessage | EventMessage): string {
  return message.kind === "event"
    ? `${message.event.project}: ${redact(message.event.title)}`
    : `${message.batch.project}: ${message.summary.headline}`;
}
