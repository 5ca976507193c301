/**
 * Whose turn it is: at most about one message a second for each channel, as Slack asks, and only a few requests at a time, so
 * that what hangs holds up nobody else. Nobody waits here: who comes too early is told when to come again.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */

/** A message that wants to be sent. */
interface Asked {
  readonly key: string;
  readonly channel: string;
  /** Urgent ones of a channel stand in a line of their own. */
  readonly urgent: boolean;
}

export interface Pace {
  /** 0: it is the message's turn, which is taken; else the seconds until it is, or may be. */
  turn(asked: Asked): number;
  /** A request for a channel begins; the answer ends it. */
  begin(channel: string, key: string): () => void;
}

interface Line {
  /** When its next turn is that nobody has. */
  freeAt: number;
  /** When it is whose turn. */
  readonly turns: Map<string, number>;
}

/** Requests at a time: to one channel, and to all of them. The timers have more workers than that. */
const mostOfChannel = 2;
const mostAtOnce = 6;
/** Who finds too many at it comes again then. */
const busySeconds = 1;
/** No turn is given that is further away. */
const longestLineMilliseconds = 30_000;
/** Who does not come for its turn loses it then. */
const turnMilliseconds = 60_000;
/** So long a turn that was taken counts as a request that is about to begin. */
const startMilliseconds = 2_000;
/** Lines that are kept; those where nobody waits go first. */
const mostLines = 1_000;

/** Runs a request for a channel, counted as under way until it has ended. */
export async function underWay<Result>(
  pace: Pace,
  { key, channel }: Pick<Asked, "key" | "channel">,
  run: () => Promise<Result>,
): Promise<Result> {
  const end = pace.begin(channel, key);
  try {
    return await run();
  } finally {
    end();
  }
}

/** Counted in this process; several servers together are met by Slack's own limit. `now`: milliseconds, which never go back. */
export function createPace(secondsBetween = 1, now: () => number = () => performance.now()): Pace {
  const between = secondsBetween * 1_000;
  const lines = new Map<string, Line>();
  const running = new Map<string, number>();
  const starting = new Map<string, { readonly channel: string; readonly since: number }>();
  let atOnce = 0;

  const isBusy = (channel: string, time: number): boolean => {
    for (const [key, { since }] of starting) if (since + startMilliseconds < time) starting.delete(key);
    const toChannel = [...starting.values()].filter((start) => start.channel === channel).length;
    return atOnce + starting.size >= mostAtOnce || (running.get(channel) ?? 0) + toChannel >= mostOfChannel;
  };

  const lineOf = (name: string, time: number): Line => {
    if (lines.size > mostLines)
      for (const [other, { freeAt, turns }] of lines) if (freeAt < time && turns.size === 0) lines.delete(other);
    const line = lines.get(name) ?? { freeAt: time, turns: new Map<string, number>() };
    lines.set(name, line);
    for (const [key, at] of line.turns) if (at + turnMilliseconds < time) line.turns.delete(key);
    return line;
  };

  /** When it is the turn of `key`: of what stands in line already, or behind all that do. */
  const place = (line: Line, key: string, time: number): number => {
    const known = line.turns.get(key);
    if (known !== undefined) return known;
    const at = Math.max(time, line.freeAt);
    if (at - time > longestLineMilliseconds) return at;
    line.freeAt = at + between;
    line.turns.set(key, at);
    return at;
  };

  return {
    turn({ key, channel, urgent }) {
      const time = now();
      if (isBusy(channel, time)) return busySeconds;
      const line = lineOf(`${urgent ? "!" : ""}${channel}`, time);
      const at = place(line, key, time);
      if (at > time) return Math.min(at - time, longestLineMilliseconds) / 1_000;
      line.turns.delete(key);
      starting.set(key, { channel, since: time });
      return 0;
    },

    begin(channel, key) {
      starting.delete(key);
      atOnce += 1;
      running.set(channel, (running.get(channel) ?? 0) + 1);
      return () => {
        atOnce -= 1;
        const left = (running.get(channel) ?? 1) - 1;
        if (left === 0) running.delete(channel);
        else running.set(channel, left);
      };
    },
  };
}
