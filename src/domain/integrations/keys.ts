/** Names of streams and places that other parts of the context agree on. */
import { toStreamName } from "../kernel/streamName.js";
import { sessionCategory } from "./events.js";

export const sessionStream = (sessionId: string) => toStreamName(sessionCategory, sessionId);

/** The object store's key of pushed items, and of dead letters; `id`: another one each time something is put. No personal data is in it. */
export function pushPath(sessionHash: string, id: string): string {
  return `integrations/pushes/${sessionHash}/${id}.json`;
}

export function deadLetterPath(sessionHash: string, id: string): string {
  return `integrations/dead-letters/${sessionHash}/${id}.json`;
}
