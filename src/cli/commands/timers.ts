/** `opsledger timers`: work that was due and failed until the scheduler gave it up, and how to have it run again. */
import { systemClock } from "../../server/ledger.js";
import { createTimers } from "../../store/timers/timers.js";
import type { DurableTimers } from "../../store/timers/timers.js";
import { connectToStore } from "../storeConnection.js";
import { counted } from "../text.js";

/** Prints every timer that was given up on, with its last error. */
export async function listFailedTimers(): Promise<void> {
  await withTimers(async (timers) => {
    const failed = await timers.failed();
    if (failed.length === 0) console.log("No timer has been given up on.");
    for (const { timerId, task, dueAt, attempts, error } of failed) {
      console.log(`${timerId}  ${task}, due ${dueAt}, ${counted(attempts, "attempt")}\n    ${error ?? ""}`);
    }
  });
}

/** Makes a timer that was given up on due at once. @throws Error where there is none with this id. */
export async function retryTimer(timerId: string): Promise<void> {
  await withTimers(async (timers) => {
    const failed = await timers.failed();
    if (!failed.some((timer) => timer.timerId === timerId)) throw new Error(`no timer ${timerId} has been given up on`);
    await timers.retry(timerId);
    console.log("It is due now, and runs within a second where a server runs; else when one starts.");
  });
}

async function withTimers(run: (timers: DurableTimers) => Promise<void>): Promise<void> {
  const connection = await connectToStore(process.env);
  try {
    await run(createTimers({ db: connection.db, clock: systemClock }));
  } finally {
    await connection.close();
  }
}
