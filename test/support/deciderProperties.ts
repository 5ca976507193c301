/** What must hold of every decider and its inline projection, whatever commands come in whatever order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/domain/kernel/errors.js";
import { toInstant } from "../../src/domain/kernel/time.js";
import type {
  Actor,
  Decider,
  DecisionContext,
  DomainEvent,
  EventCodec,
  InlineProjection,
  Recorded,
} from "../../src/domain/kernel/index.js";
import { recordAll } from "./deciderSpecification.js";

export interface DeciderSubject<State, Command, E extends DomainEvent> {
  readonly decider: Decider<State, Command, E>;
  readonly projection: InlineProjection<State, E>;
  readonly codec: EventCodec;
  /** The name of a stream. */
  readonly streamId: string;
  /** Commands that make a stream from nothing. */
  readonly begin: readonly Command[];
  /** Any command, also such as will be refused: that is part of the point. */
  readonly commands: fc.Arbitrary<Command>;
  /**
   * Whether a command that has just been done has nothing left to do. Those of which each is a fact of its own have.
   * @default all
   */
  readonly isDoneOnce?: (command: Command) => boolean;
  /** Views whose rows tell of one commit (a job for a worker) and not of the stream: how it is split into commits shows. */
  readonly viewsOfCommits?: readonly string[];
  /** Members of rows that a worker brings in line later, when a commit has changed what they follow from. */
  readonly laterMembers?: readonly string[];
}

interface Step<Command> {
  readonly command: Command;
  readonly actor: Actor;
}

/** A stream as commands have made it. */
interface Course<State, E extends DomainEvent> {
  readonly state: State;
  readonly events: readonly Recorded<E>[];
}

const people: readonly Actor[] = [
  { kind: "USER", id: "ana" },
  { kind: "USER", id: "ben" },
  { kind: "SYSTEM", id: "clock" },
];

const start = Date.parse("2025-01-15T10:30:00.000Z");

/** Declares a suite of tests of the decider. */
export function deciderProperties<State, Command, E extends DomainEvent>(
  name: string,
  subject: DeciderSubject<State, Command, E>,
): void {
  const { decider, projection, codec, isDoneOnce = () => true } = subject;
  const step = fc.record({ command: subject.commands, actor: fc.constantFrom(...people) });
  const steps = fc.array(step, { maxLength: 40 });
  const begin = subject.begin.map((command): Step<Command> => ({ command, actor: people[0] as Actor }));

  const contextAt = (streamId: string, version: number, actor: Actor): DecisionContext => ({
    streamId,
    // A minute for each event: the same for a stream whether it is alone or not.
    now: toInstant(start + version * 60_000),
    actor,
  });

  /** Carries a command out; a refusal changes nothing. What it is given is frozen: nobody may change it in place. */
  const live = (streamId: string, { state, events }: Course<State, E>, { command, actor }: Step<Command>) => {
    const context = contextAt(streamId, events.length, actor);
    const proposed = unlessRefused(() => decider.decide(command, state, context)) ?? [];
    const facts = { streamId, recordedAt: context.now, occurredAt: context.now, actor };
    const recorded = freeze(
      recordAll<E>(
        proposed.map((event) => ({ ...facts, ...event })),
        events.length,
      ),
    );
    return { state: freeze(fold(decider, state, recorded)), events: [...events, ...recorded] };
  };

  const nothing: Course<State, E> = { state: freeze(decider.initialState), events: [] };
  const courseOf = (given: readonly Step<Command>[], streamId = subject.streamId): Course<State, E> =>
    [...begin, ...given].reduce((course, next) => live(streamId, course, next), nothing);

  describe(`for any course of ${name}`, () => {
    it("folding never throws, also of events in an order that no decider would have led to", () => {
      fc.assert(
        fc.property(steps, fc.infiniteStream(fc.nat()), (given, chances) => {
          const events = shuffled(courseOf(given).events, chances);
          const renumbered = events.map((event, index) => ({ ...event, version: index + 1 }));
          expect(() => fold(decider, decider.initialState, renumbered)).not.toThrow();
        }),
      );
    });

    it("folding gives the same in any number of steps", () => {
      fc.assert(
        fc.property(steps, fc.nat(), (given, cut) => {
          const { events, state } = courseOf(given);
          const at = cut % (events.length + 1);
          const first = fold(decider, decider.initialState, events.slice(0, at));
          expect(fold(decider, first, events.slice(at))).toEqual(state);
        }),
      );
    });

    it("a command that has just been done has nothing left to do", () => {
      fc.assert(
        fc.property(steps, step, (given, last) => {
          const before = courseOf(given);
          const after = live(subject.streamId, before, last);
          if (after.events.length === before.events.length || !isDoneOnce(last.command)) return;
          const context = contextAt(subject.streamId, after.events.length, last.actor);
          // What is not possible any more is a refusal, not an effect.
          expect(unlessRefused(() => decider.decide(last.command, after.state, context)) ?? []).toEqual([]);
        }),
      );
    });

    it("streams whose commands come mixed become what each becomes alone", () => {
      fc.assert(
        fc.property(fc.array(steps, { minLength: 2, maxLength: 3 }), fc.infiniteStream(fc.nat()), (given, chances) => {
          const streamIds = given.map((_, index) => `${subject.streamId}${index}`);
          const alone = given.map((own, index) => courseOf(own, streamIds[index]));
          const left = given.map((own) => [...begin, ...own]);
          const mixed = given.map(() => nothing);
          while (left.some(({ length }) => length > 0)) {
            const waiting = left.flatMap(({ length }, index) => (length > 0 ? [index] : []));
            const index = waiting[chances.next().value % waiting.length] ?? 0;
            const [course, next, streamId] = [mixed[index], left[index]?.shift(), streamIds[index]];
            if (course === undefined || next === undefined || streamId === undefined) throw new Error("no such stream");
            mixed[index] = live(streamId, course, next);
          }
          expect(mixed).toEqual(alone);
        }),
      );
    });

    it("an event is the same after it was stored and read", () => {
      fc.assert(
        fc.property(steps, (given) => {
          for (const { type, data } of courseOf(given).events) {
            const encoded = codec.encode({ type, data });
            const stored = JSON.parse(JSON.stringify(encoded)) as typeof encoded;
            const read = codec.decode(stored.type, stored.schemaVersion, stored.data);
            expect(read).toEqual(encoded);
            expect(JSON.stringify(read.data)).toBe(JSON.stringify(encoded.data));
            expect(read.data).toEqual(JSON.parse(JSON.stringify(data)));
          }
        }),
      );
    });

    it("the rows of its views do not depend on how its events were split into commits", () => {
      fc.assert(
        fc.property(steps, fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (given, sizes) => {
          const { events } = courseOf(given);
          const [atOnce, oneByOne] = [[events], events.map((event) => [event])];
          const anyhow = split(events, sizes);
          const expected = rowsAfter(subject, atOnce);
          expect(rowsAfter(subject, oneByOne)).toEqual(expected);
          expect(rowsAfter(subject, anyhow)).toEqual(expected);
        }),
      );
    });

    it("tags are those of the state, none twice", () => {
      fc.assert(
        fc.property(steps, (given) => {
          const { events, state } = courseOf(given);
          const tags = projection.tags(state);
          expect(new Set(tags).size).toBe(tags.length);
          expect(projection.tags(fold(decider, decider.initialState, events))).toEqual(tags);
        }),
      );
    });
  });
}

function fold<State, E extends DomainEvent>(
  decider: Pick<Decider<State, never, E>, "evolve">,
  state: State,
  events: readonly Recorded<E>[],
): State {
  return events.reduce((folded, event) => decider.evolve(folded, event), state);
}

/** What is in the views when the commits have been written one after the other. */
function rowsAfter<State, E extends DomainEvent>(
  subject: Omit<DeciderSubject<State, never, E>, "commands" | "begin" | "isDoneOnce">,
  commits: readonly (readonly Recorded<E>[])[],
): ReadonlyMap<string, unknown> {
  const { decider, projection, viewsOfCommits = [], laterMembers = [] } = subject;
  const rows = new Map<string, unknown>();
  let state = decider.initialState;
  for (const events of commits) {
    if (events.length === 0) continue;
    const after = fold(decider, state, events);
    for (const { view, key, row } of projection.changes(state, events, after)) {
      if (viewsOfCommits.includes(view)) continue;
      if (row === undefined) rows.delete(`${view} ${key}`);
      else rows.set(`${view} ${key}`, omit(row, laterMembers));
    }
    state = after;
  }
  return rows;
}

function omit(row: unknown, members: readonly string[]): unknown {
  if (row === null || typeof row !== "object") return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => !members.includes(name)));
}

/** What `decide` says; undefined where it refuses. Anything but a refusal is thrown. */
function unlessRefused<T>(decide: () => T): T | undefined {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return undefined;
  }
}

function shuffled<T>(values: readonly T[], chances: Iterator<number>): T[] {
  const left = [...values];
  const taken: T[] = [];
  while (left.length > 0) taken.push(...left.splice(Number(chances.next().value) % left.length, 1));
  return taken;
}

function split<T>(values: readonly T[], sizes: Iterator<number>): (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let from = 0; from < values.length;) {
    const size = Number(sizes.next().value);
    parts.push(values.slice(from, from + size));
    from += size;
  }
  return parts;
}

/** Freezes a value and all that it holds, maps too: whoever changes it in place is found out. */
function freeze<T>(value: T): T {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    // Freezing a map does not stop its methods.
    Object.assign(value, { set: refuse, delete: refuse, clear: refuse });
    for (const member of value.values()) freeze(member);
  }
  for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}

function refuse(): never {
  throw new TypeError("a map was changed in place");
}
