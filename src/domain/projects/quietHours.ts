/** Quiet hours by the clock on the wall, with its summer time: the local time decides, however often an hour comes. */
import { toInstant, toMilliseconds } from "../kernel/time.js";
import type { Instant } from "../kernel/time.js";
import { createRecent } from "../kernel/recent.js";
import type { BatchPolicy } from "./values.js";

export type QuietHours = NonNullable<BatchPolicy["quietHours"]>;

const minute = 60_000;
const minutesOfDay = 1_440;
/** No change of a clock is longer, in minutes. */
const longestShift = 1_440;

/** Whether the local time at `at` is from `from` on and before `to`. */
export function isQuiet(quietHours: QuietHours, at: Instant): boolean {
  return isQuietAt(quietHours, localMinutes(quietHours.timeZone), toMilliseconds(at));
}

/** The first instant at or after `at` that is not quiet. */
export function quietUntil(quietHours: QuietHours, at: Instant): Instant {
  const local = localMinutes(quietHours.timeZone);
  const quiet = (milliseconds: number) => isQuietAt(quietHours, local, milliseconds);
  let end = toMilliseconds(at);
  if (!quiet(end)) return at;
  end = Math.floor(end / minute) * minute;
  // As if no clock were changed; where one is put back meanwhile it is quiet still, and the rest is waited for.
  while (quiet(end)) end += minute * wrapped(minutesOf(quietHours.to) - local(end));
  // Where one was put forward the end was passed: back to it.
  for (let steps = 0; steps < longestShift && !quiet(end - minute); steps += 1) end -= minute;
  return toInstant(end);
}

function isQuietAt({ from, to }: QuietHours, local: (milliseconds: number) => number, milliseconds: number): boolean {
  const [start, end, now] = [minutesOf(from), minutesOf(to), local(milliseconds)];
  return start < end ? start <= now && now < end : now >= start || now < end;
}

function minutesOf(time: string): number {
  const [hours = "0", minutes = "0"] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** Between 1 and a day: a way to go, never none. */
function wrapped(minutes: number): number {
  return ((minutes - 1 + minutesOfDay) % minutesOfDay) + 1;
}

/** One costs a hundred times what its use does, and a backtest asks for each event. */
const formats = createRecent<Intl.DateTimeFormat>(100);

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
  formats.set(timeZone, format);
  return format;
}

/** Minutes since midnight on the clock of a time zone. */
function localMinutes(timeZone: string): (milliseconds: number) => number {
  const format = formatOf(timeZone);
  return (milliseconds) => minutesOf(format.format(milliseconds));
}
