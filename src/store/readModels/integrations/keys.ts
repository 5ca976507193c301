/** The keys of the five tables of integrations, and the partitions of their indexes. Nobody else joins their parts. */
import { ServiceType, UserId, parseSessionId } from "../../../domain/integrations/index.js";
import type { Instant } from "../../../domain/kernel/time.js";
import { sha256 } from "../../sha256.js";

/** `beya-integration-sessions`. */
export function sessionKey(userId: string, serviceType: string) {
  return { userId, serviceType };
}

/** The key of a session's row; undefined where the text is no session's id, so that there is none. */
export function sessionKeyOf(sessionId: string): ReturnType<typeof sessionKey> | undefined {
  const { userId, serviceType } = parseSessionId(sessionId);
  const isId = UserId.safeParse(userId).success && ServiceType.safeParse(serviceType).success;
  return isId ? sessionKey(userId, serviceType) : undefined;
}

/** `beya-integration-schedules`. */
export function scheduleKey(sessionId: string) {
  return { sessionId };
}

/** `beya-integration-polls`: by time, and by version where several are of one poll. */
export function pollKey(sessionId: string, at: Instant, version: number) {
  return { sessionId, place: `${at}#${String(version).padStart(versionDigits, "0")}` };
}

/** As many as a version may have. */
const versionDigits = 16;

/** `beya-integration-dead-letters`. */
export function deadLetterKey(sessionId: string, deadLetterId: string) {
  return { sessionId, deadLetterId };
}

/** `beya-integration-health`: all tallies of one generation of the view are in one partition, since there are as many as services. */
export function healthKey(serviceType: string, generation: number) {
  return { subject: healthSubject(generation), part: serviceType };
}

export function healthSubject(generation: number): string {
  return `health#${generation}`;
}

/** The one partition of `Active-Sessions-Index`; sessions that are not active are in none (defect B1). */
export const activeKey = "true";

/** Partitions of `DueIndex`. */
const shards = 8;
export const dueShards: readonly string[] = Array.from({ length: shards }, (_, shard) => String(shard));

/** All sessions of a user are in one partition, users evenly in all. */
export function dueShardOf(userId: string): string {
  const [first = ""] = sha256(userId, "hex");
  return String(Number.parseInt(first, 16) % shards);
}

/** What the seed's row says of a session that was never polled, as no index holds what is absent (defect B2). */
export const neverPolled: Instant = "1970-01-01T00:00:00.000Z";
