/** Many items recorded in few transactions: repeats are found and taken out, and what is refused does not hold up the others. */
import { DomainError, UnavailableError } from "./errors.js";

/** What became of one item. */
export type Answered<Answer> = Answer | { readonly refused: Error };

/** An item and its place in the list that it came in. */
export interface Numbered<Item> {
  readonly index: number;
  readonly item: Item;
}

export interface RecordingSteps<Input, Item, Answer> {
  /** Reads one input. Throws a DomainError where it is refused. `index`: its place in the list. */
  read(input: Input, index: number): Promise<Item>;
  /** What a repeat of an item has in common with it. */
  idOf(item: Item): string;
  /** What must be done before an item may be recorded. @default nothing */
  prepare?(item: Item): Promise<void>;
  /** The items in order, each list small enough for one transaction. */
  chunksOf(items: readonly Item[]): readonly (readonly Item[])[];
  /** Records items in one transaction: an answer for each, in their order. */
  record(items: readonly Item[]): Promise<readonly Answer[]>;
  /** Whether `record` may have failed because one of the items came before. */
  mayBeRepeat(error: unknown): boolean;
  /** What became of the items that came before; undefined for those that did not. */
  findRepeated(items: readonly Item[]): Promise<readonly (Answered<Answer> | undefined)[]>;
  /** The answer to an item that says what an earlier one of the list says, whose answer is `first`. */
  repeatOf(item: Item, earlier: Item, first: Answer): Answered<Answer>;
  /** Told of an error that nobody foresaw, where it costs one item of many and not the call. @default nobody */
  readonly report?: ((error: unknown) => void) | undefined;
}

/** An answer for each input, in their order. Never throws what one of the steps throws. */
export async function recordMany<Input, Item, Answer>(
  inputs: readonly Input[],
  steps: RecordingSteps<Input, Item, Answer>,
): Promise<readonly Answered<Answer>[]> {
  const answers = new Map<number, Answered<Answer>>();
  const fresh = new Map<string, Numbered<Item>>();
  /** Items that have the id of an earlier one, and that one. */
  const later: { readonly index: number; readonly item: Item; readonly earlier: Numbered<Item> }[] = [];

  /** What the caller is told of an error: the refusal, or that something went wrong with this item. */
  const refusalOf = (error: unknown): DomainError => {
    if (error instanceof DomainError) return error;
    steps.report?.(error);
    return new UnavailableError("it could not be recorded; try again", [], { cause: error });
  };

  const orRefused = async <T>(work: () => Promise<T>): Promise<{ readonly done: T } | { readonly refused: Error }> => {
    try {
      return { done: await work() };
    } catch (error) {
      return { refused: refusalOf(error) };
    }
  };

  /** Takes out those that came before; all of them where that cannot be found out. */
  const takeOutRepeated = async (chunk: readonly Numbered<Item>[]): Promise<readonly Numbered<Item>[]> => {
    const found = await orRefused(() => steps.findRepeated(chunk.map(({ item }) => item)));
    for (const [place, { index }] of chunk.entries()) {
      const answer = "refused" in found ? found : found.done[place];
      if (answer !== undefined) answers.set(index, answer);
    }
    return chunk.filter(({ index }) => !answers.has(index));
  };

  const recordChunk = async (chunk: readonly Numbered<Item>[]): Promise<void> => {
    let left = chunk;
    while (left.length > 0) {
      try {
        const recorded = await steps.record(left.map(({ item }) => item));
        for (const [place, { index }] of left.entries()) {
          const answer = recorded[place];
          if (answer !== undefined) answers.set(index, answer);
        }
        return;
      } catch (error) {
        const before = left.length;
        if (steps.mayBeRepeat(error)) left = await takeOutRepeated(left);
        if (left.length < before) continue;
        if (left.length === 1 || error instanceof UnavailableError) {
          const refused = refusalOf(error);
          for (const { index } of left) answers.set(index, { refused });
          return;
        }
        // One of them cannot be recorded, and which is not said: each for itself.
        for (const one of left) await recordChunk([one]);
        return;
      }
    }
  };

  // One after the other: their order counts.
  for (const [index, input] of inputs.entries()) {
    const read = await orRefused(() => steps.read(input, index));
    if ("refused" in read) {
      answers.set(index, read);
      continue;
    }
    const item = read.done;
    const earlier = fresh.get(steps.idOf(item));
    if (earlier === undefined) fresh.set(steps.idOf(item), { index, item });
    else later.push({ index, item, earlier });
  }
  await Promise.all(
    [...fresh].map(async ([id, { index, item }]) => {
      const prepared = await orRefused(async () => steps.prepare?.(item));
      if (!("refused" in prepared)) return;
      answers.set(index, prepared);
      fresh.delete(id);
    }),
  );
  const placeOf = new Map([...fresh.values()].map((one) => [one.item, one]));
  for (const chunk of steps.chunksOf([...placeOf.keys()]))
    await recordChunk(chunk.map((item) => required(placeOf.get(item))));
  for (const { index, item, earlier } of later) {
    const first = required(answers.get(earlier.index));
    answers.set(index, isRefused(first) ? first : steps.repeatOf(item, earlier.item, first));
  }
  return inputs.map((_, index) => required(answers.get(index)));
}

function isRefused<Answer>(answer: Answered<Answer>): answer is { readonly refused: Error } {
  return typeof answer === "object" && answer !== null && "refused" in answer;
}

function required<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("every item has a place and an answer");
  return found;
}
