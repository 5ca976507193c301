/** Posts to the log of the server: what has no channel, and everything until Slack or SNS is set up. */
import type { Notifier } from "../../domain/kernel/index.js";
import { fieldsOf, headlineOf } from "../notifications/message.js";
import type { Message } from "../notifications/message.js";

/** The part of a structured logger that the notifier needs. */
export interface ConsoleLog {
  info(fields: object, message: string): void;
}

/** Creates the notifier. A message's id is its key; nothing is ever found again, since a log cannot be asked. */
export function createConsoleNotifier({ log }: { readonly log: ConsoleLog }): Notifier<Message> {
  return {
    name: "console",
    turn: () => 0,
    post: async (message) => {
      log.info(fieldsOf(message), headlineOf(message));
      return { messageId: message.key };
    },
    update: async (message) => log.info({ ...fieldsOf(message), updated: true }, headlineOf(message)),
    isForgetful: true,
    find: async () => undefined,
  };
}
