/** Time and ids of a process that runs. */
import { v7 as uuidv7 } from "uuid";
import type { Clock, Ids } from "../domain/kernel/time.js";
import { toInstant, toMilliseconds } from "../domain/kernel/time.js";

export const systemClock: Clock = { now: () => toInstant(Date.now()) };
export const uuidIds: Ids = { next: (at) => (at === undefined ? uuidv7() : uuidv7({ msecs: toMilliseconds(at) })) };
