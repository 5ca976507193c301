/** What waits to be polled: a line for each service, in which users take turns. */
import type { DueSession } from "../domain/integrations/index.js";

export interface Turns {
  /** Nothing where the session waits already. */
  add(due: DueSession): void;
  /** Whether the session waits. */
  has(sessionId: string): boolean;
  /** Services of which something waits, with how much. */
  counts(): ReadonlyMap<string, number>;
  /** Whose turn it is, of the services that `hasRoom` says; undefined where there is none. Services take turns, too. */
  next(hasRoom: (service: string) => boolean): DueSession | undefined;
  clear(): void;
}

/** Sessions of one service by user; who was served goes to the end. */
type Line = Map<string, DueSession[]>;

export function createTurns(): Turns {
  // Maps are in the order in which their keys were set.
  const lines = new Map<string, Line>();
  const counts = new Map<string, number>();
  const waiting = new Set<string>();

  const take = (service: string, line: Line): DueSession | undefined => {
    const [first] = line;
    const due = first?.[1].shift();
    if (first === undefined || due === undefined) return undefined;
    const [user, rest] = first;
    line.delete(user);
    if (rest.length > 0) line.set(user, rest);
    lines.delete(service);
    const left = (counts.get(service) ?? 1) - 1;
    if (left === 0) counts.delete(service);
    else {
      lines.set(service, line);
      counts.set(service, left);
    }
    waiting.delete(due.sessionId);
    return due;
  };

  return {
    add: (due) => {
      const { sessionId, userId, serviceType } = due;
      if (waiting.has(sessionId)) return;
      const line: Line = lines.get(serviceType) ?? new Map<string, DueSession[]>();
      lines.set(serviceType, line);
      const own = line.get(userId);
      if (own === undefined) line.set(userId, [due]);
      else own.push(due);
      counts.set(serviceType, (counts.get(serviceType) ?? 0) + 1);
      waiting.add(sessionId);
    },
    has: (sessionId) => waiting.has(sessionId),
    counts: () => counts,
    next: (hasRoom) => {
      for (const [service, line] of lines) if (hasRoom(service)) return take(service, line);
      return undefined;
    },
    clear: () => {
      lines.clear();
      counts.clear();
      waiting.clear();
    },
  };
}
