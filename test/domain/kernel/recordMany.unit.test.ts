/** Many items in few transactions: every item has an answer, whatever goes wrong with the others. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnavailableError, ValidationError, invalid, recordMany } from "../../../src/domain/kernel/index.js";
import type { Answered, RecordingSteps } from "../../../src/domain/kernel/index.js";

class Taken extends Error {}

interface Answer {
  readonly id: string;
  readonly repeated: boolean;
}

/** A store of ids. Inputs that begin with `!` are refused, `#` cannot be written, `?` cannot be prepared. */
function createStore(before: readonly string[] = []) {
  const recorded = new Set(before);
  const reported: unknown[] = [];
  const transactions: (readonly string[])[] = [];
  const steps: RecordingSteps<string, { readonly id: string }, Answer> = {
    read: async (input, index) => {
      if (input.startsWith("!")) throw invalid(`items.${index}`, "is refused");
      return { id: input };
    },
    idOf: ({ id }) => id,
    prepare: async ({ id }) => {
      if (id.startsWith("?")) throw new Error("no room");
    },
    chunksOf: (items) =>
      Array.from({ length: Math.ceil(items.length / 3) }, (_, index) => items.slice(index * 3, index * 3 + 3)),
    record: async (items) => {
      const ids = items.map(({ id }) => id);
      transactions.push(ids);
      if (ids.some((id) => recorded.has(id))) throw new Taken();
      if (ids.some((id) => id.startsWith("#"))) throw new Error("too large");
      for (const id of ids) recorded.add(id);
      return ids.map((id) => ({ id, repeated: false }));
    },
    mayBeRepeat: (error) => error instanceof Taken,
    findRepeated: async (items) => items.map(({ id }) => (recorded.has(id) ? { id, repeated: true } : undefined)),
    repeatOf: ({ id }) => ({ id, repeated: true }),
    report: (error) => void reported.push(error),
  };
  return { steps, recorded, reported, transactions };
}

const saying = (answers: readonly Answered<Answer>[]) =>
  answers.map((answer) => ("refused" in answer ? answer.refused.constructor.name : answer.repeated ? "before" : "now"));

describe("recordMany", () => {
  it("records all in the order in which they came", async () => {
    const { steps, transactions } = createStore();
    expect(saying(await recordMany(["a", "b", "c", "d"], steps))).toEqual(["now", "now", "now", "now"]);
    expect(transactions).toEqual([["a", "b", "c"], ["d"]]);
    expect(await recordMany([], steps)).toEqual([]);
  });

  it("takes out what came before and goes on with the others", async () => {
    const { steps, transactions } = createStore(["b"]);
    expect(saying(await recordMany(["a", "b", "c"], steps))).toEqual(["now", "before", "now"]);
    expect(transactions).toEqual([
      ["a", "b", "c"],
      ["a", "c"],
    ]);
  });

  it("answers an item that comes twice in a list as a repeat, or as the first where that is refused", async () => {
    const { steps } = createStore();
    expect(saying(await recordMany(["a", "a", "#", "#"], steps))).toEqual([
      "now",
      "before",
      "UnavailableError",
      "UnavailableError",
    ]);
  });

  it("refuses one that is refused, cannot be prepared or cannot be written, and no other", async () => {
    const { steps, reported } = createStore();
    const answers = await recordMany(["a", "!b", "?c", "#d", "e"], steps);
    expect(saying(answers)).toEqual(["now", "ValidationError", "UnavailableError", "UnavailableError", "now"]);
    expect(answers[1]).toMatchObject({ refused: { inputPath: ["items.1"] } });
    expect(reported.map(String)).toEqual(["Error: no room", "Error: too large"]);
  });

  it("does not try one by one where the store is not there at all", async () => {
    const { steps, transactions } = createStore();
    const gone: typeof steps.record = async (items) => {
      transactions.push(items.map(({ id }) => id));
      throw new UnavailableError("busy");
    };
    expect(saying(await recordMany(["a", "b"], { ...steps, record: gone }))).toEqual([
      "UnavailableError",
      "UnavailableError",
    ]);
    expect(transactions).toEqual([["a", "b"]]);
  });

  it("refuses those whose past cannot be found out", async () => {
    const { steps } = createStore(["a"]);
    const findRepeated = () => Promise.reject(new ValidationError([{ path: ["x"], message: "y" }]));
    expect(saying(await recordMany(["a", "b"], { ...steps, findRepeated }))).toEqual([
      "ValidationError",
      "ValidationError",
    ]);
  });

  it("ends with an answer for each, and each recorded once, whatever comes", async () => {
    const input = fc.constantFrom("a", "b", "c", "d", "e", "!f", "?g", "#h", "#i");
    await fc.assert(
      fc.asyncProperty(fc.array(input), fc.array(fc.constantFrom("a", "b", "c")), async (inputs, before) => {
        const { steps, recorded } = createStore(before);
        const answers = saying(await recordMany(inputs, steps));
        expect(answers).toHaveLength(inputs.length);
        for (const [index, id] of inputs.entries()) {
          expect(["now", "before"].includes(answers[index] ?? "")).toBe(/^[a-e]$/.test(id));
          if (answers[index] === "now") expect(before).not.toContain(id);
        }
        const good = inputs.filter((id) => /^[a-e]$/.test(id));
        expect([...recorded].sort()).toEqual([...new Set([...before, ...good])].sort());
      }),
    );
  });
});
