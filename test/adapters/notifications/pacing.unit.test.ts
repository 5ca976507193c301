/** Whose turn it is to be sent: by channel, in the order of asking, and never many at a time. */
import { describe, expect, it } from "vitest";
import { createPace } from "../../../src/adapters/notifications/pacing.js";

const setUp = () => {
  let time = 0;
  const pace = createPace(1, () => time);
  const ask = (key: string, channel = "A", urgent = false) => pace.turn({ key, channel, urgent });
  /** Asks, and sends in no time where it may. */
  const send = (key: string, channel?: string, urgent?: boolean) => {
    const seconds = ask(key, channel, urgent);
    if (seconds === 0) pace.begin(channel ?? "A", key)();
    return seconds;
  };
  return { pace, ask, send, pass: (milliseconds: number) => void (time += milliseconds) };
};

describe("turns", () => {
  it("are a second apart in a channel, in the order of asking, and each channel's own", () => {
    const { send, pass } = setUp();
    expect([send("1"), send("2"), send("3")]).toEqual([0, 1, 2]);
    expect(send("4", "B")).toBe(0);
    pass(400);
    expect([send("3"), send("2")]).toEqual([1.6, 0.6]);
    pass(600);
    expect([send("3"), send("2")]).toEqual([1, 0]);
    pass(1_000);
    expect([send("3"), send("5")]).toEqual([0, 1]);
  });

  it("of urgent messages do not wait for the others", () => {
    const { send } = setUp();
    for (const key of ["1", "2", "3"]) send(key);
    expect([send("critical", "A", true), send("another", "A", true)]).toEqual([0, 1]);
  });

  it("are given for half a minute, and lost by who does not come", () => {
    const { send, pass } = setUp();
    const seconds = Array.from({ length: 40 }, (_, n) => send(String(n)));
    expect(Math.max(...seconds)).toBe(30);
    pass(120_000);
    expect(send("5")).toBe(0);
    expect(send("6")).toBe(1);
  });

  it("come to nobody while two requests of the channel are under way, or six of all", () => {
    const { pace, ask, send, pass } = setUp();
    const ends = ["1", "2"].map((key) => pace.begin("A", key));
    expect([ask("3"), send("3", "B")]).toEqual([1, 0]);
    for (const channel of ["C", "D", "E", "F"]) ends.push(pace.begin(channel, channel));
    pass(1_000);
    expect(send("4", "G")).toBe(1);
    for (const end of ends) end();
    expect([ask("3"), send("4", "G")]).toEqual([0, 0]);
  });

  it("that were taken count as under way until the request begins, for a moment", () => {
    const { ask, pass } = setUp();
    for (const channel of ["A", "B", "C", "D", "E", "F"]) expect(ask(channel, channel)).toBe(0);
    expect(ask("G", "G")).toBe(1);
    pass(2_001);
    expect(ask("G", "G")).toBe(0);
  });
});
