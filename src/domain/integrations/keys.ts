/** Names of streams and places that other parts of the context agree on. */
import { toStreamName } from "../kernel/streamName.js";
import { sessionCategory } from "./events.js";

export const sessionStream = (sessionId: string) => toStreamName(sessionCategory, sessionId);

/** The object store's key of pushed items, and of dead letters; `sha256`: of the content. No personal data is in it. */
export function pushPath(sessionHash: string, sha256: string): string {
  return `integrations/pushes/${sessionHash}/${sha256}.json`;
}

export function deadLetterPath(sessionHash: string, deadLetterId: string): string {
  return `integrations/dead-letters/${sessionHash}/${deadLetterId}.json`;
}
