/** Requests take turns: so many at a time, so many that wait, and none that nobody waits for. */
import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../../src/domain/kernel/errors.js";
import { createSlots } from "../../../src/store/dynamodb/slots.js";

/** Work that ends when it is told to. */
function createWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  };
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

describe("slots", () => {
  it("let so many run at a time, and the others in the order in which they came", async () => {
    const { begun, work, end } = createWork();
    const slots = createSlots({ atMost: 2, waitingAtMost: 10 });
    const all = ["a", "b", "c", "d"].map((name) => slots.run(work(name)));
    expect(begun).toEqual(["a", "b"]);
    end("b");
    expect(await all[1]).toBe("b");
    end("a");
    await all[0];
    expect(begun).toEqual(["a", "b", "c", "d"]);
    end("c");
    end("d");
    expect(await Promise.all(all)).toEqual(["a", "b", "c", "d"]);
  });

  it("refuse at once what comes when too many wait, and take again once there is room", async () => {
    const { work, end } = createWork();
    const slots = createSlots({ atMost: 1, waitingAtMost: 1 });
    const [first, second] = [slots.run(work("first")), slots.run(work("second"))];
    await expect(slots.run(work("third"))).rejects.toThrow(UnavailableError);
    end("first");
    await first;
    const fourth = slots.run(work("fourth"));
    end("second");
    await second;
    end("fourth");
    expect(await fourth).toBe("fourth");
  });

  it("keep no place for who has given up", async () => {
    const { begun, work, end } = createWork();
    const slots = createSlots({ atMost: 1, waitingAtMost: 1 });
    const first = slots.run(work("first"));
    const given = new AbortController();
    const second = slots.run(work("second"), given.signal);
    given.abort(new Error("no longer"));
    await expect(second).rejects.toThrow("no longer");
    await expect(slots.run(work("late"), given.signal)).rejects.toThrow("no longer");
    const third = slots.run(work("third"));
    end("first");
    await first;
    end("third");
    expect(await third).toBe("third");
    expect(begun).toEqual(["first", "third"]);
  });

  it("are free again after work that fails", async () => {
    const slots = createSlots({ atMost: 1, waitingAtMost: 0 });
    await expect(slots.run(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(await slots.run(async () => 1)).toBe(1);
  });
});
