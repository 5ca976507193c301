/** What every {@link EventStore} does, whatever it is kept in. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  IdempotencyKeyReusedError,
  ValidationError,
  VersionConflictError,
  createCodec,
  lastVersion,
} from "../../src/domain/kernel/index.js";
import type {
  AppendRequest,
  Commit,
  EventStore,
  Recorded,
  StreamAppend,
  ViewChange,
} from "../../src/domain/kernel/index.js";

/** An empty store whose codec is {@link conformanceCodec} and which can write the view {@link conformanceView}. */
export interface EventStoreSubject {
  readonly store: EventStore;
  rowExists(view: string, key: string): Promise<boolean>;
  close(): Promise<void>;
}

/** `Noted` is in its first version; `Measured` had no unit in its first. */
export const conformanceCodec = createCodec({
  Noted: { current: z.object({ text: z.string() }) },
  Counted: { current: z.object({ values: z.array(z.number()), digits: z.string() }) },
  Measured: {
    current: z.object({ value: z.number(), unit: z.string() }),
    upcasters: [(data) => ({ ...z.object({ value: z.number() }).parse(data), unit: "ms" })],
  },
});

export const conformanceView = "note";

/** What a test says of an event; the rest is made up. */
export interface EventFacts {
  readonly type?: string;
  readonly schemaVersion?: number;
  readonly data?: unknown;
}

let created = 0;

/** A recorded event with an id of its own. */
function anEvent(streamId: string, version: number, facts: EventFacts = {}): Recorded {
  created += 1;
  return {
    type: "Noted",
    data: { text: `event ${version}` },
    schemaVersion: 1,
    ...facts,
    eventId: `event-${created}`,
    streamId,
    version,
    occurredAt: "2025-01-15T10:00:00.000Z",
    recordedAt: "2025-01-15T10:30:00.000Z",
    actor: { kind: "USER", id: "ada" },
    correlationId: "correlation",
    causationId: "cause",
    commandId: "command",
    hash: `hash-${version}`,
    previousHash: version === 1 ? "" : `hash-${version - 1}`,
  };
}

/** A commit behind `expectedVersion`, of one event for each entry of `events`. */
export function anAppend(
  streamId: string,
  expectedVersion: number,
  { events = [{}], views = [] }: { events?: readonly EventFacts[]; views?: readonly ViewChange[] } = {},
): StreamAppend & { readonly commit: Commit } {
  return {
    expectedVersion,
    commit: {
      streamId,
      version: expectedVersion + 1,
      events: events.map((facts, index) => anEvent(streamId, expectedVersion + 1 + index, facts)),
      tags: { before: [], after: [`version:${expectedVersion + events.length}`] },
    },
    views,
  };
}

/** A change of the row `key`. */
export function aRow(key: string, row: unknown = { text: key }): ViewChange {
  return { view: conformanceView, key, row };
}

/** The row `key` goes. */
export function noRow(key: string): ViewChange {
  return { view: conformanceView, key, row: undefined };
}

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** The numbers from 1 to `count`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Runs the suite on a store that `open` makes. */
export function eventStoreConformance(name: string, open: () => Promise<EventStoreSubject>): void {
  describe(`${name} is an event store`, () => {
    let subject: EventStoreSubject;
    let store: EventStore;
    let streams = 0;
    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(() => subject.close());

    const aStream = () => `Test-${(streams += 1)}`;
    const append = (...appends: StreamAppend[]) => store.append({ appends });
    const versionsOf = async (streamId: string, fromVersion?: number) =>
      (await collect(store.readStream(streamId, fromVersion === undefined ? {} : { fromVersion }))).flatMap(
        ({ events }) => events.map(({ version }) => version),
      );
    const fill = async (streamId: string, commits: number, eventsEach = 1) => {
      for (let index = 0; index < commits; index += 1) {
        await append(
          anAppend(streamId, index * eventsEach, { events: Array.from({ length: eventsEach }, () => ({})) }),
        );
      }
    };

    describe("append and read", () => {
      it("gives back a commit exactly as it was appended", async () => {
        const one = anAppend(aStream(), 0, { events: [{}, {}] });
        const { streamId } = one.commit;
        expect(await append(one)).toEqual({ positions: [{ streamId, version: 2 }], repeated: false });
        expect(await collect(store.readStream(streamId))).toEqual([one.commit]);
      });

      it("leaves out what an event does not have", async () => {
        const one = anAppend(aStream(), 0);
        const { causationId: _, ...event } = one.commit.events[0] ?? anEvent("Test-none", 1);
        const commit = { ...one.commit, events: [event] };
        await append({ ...one, commit });
        const [read] = await collect(store.readStream(commit.streamId));
        expect(read?.events[0]).not.toHaveProperty("causationId");
      });

      it("reads commits in order, however many digits their versions have", async () => {
        const streamId = aStream();
        await fill(streamId, 12);
        expect(await versionsOf(streamId)).toEqual(upTo(12));
      });

      it("reads nothing of a stream that does not exist", async () => {
        expect(await versionsOf(aStream())).toEqual([]);
        expect(await versionsOf(aStream(), 7)).toEqual([]);
      });

      it("reads up to a version: commits that begin at or before it, whole", async () => {
        const streamId = aStream();
        await fill(streamId, 4, 3);
        const read = async (fromVersion: number, toVersion: number) =>
          (await collect(store.readStream(streamId, { fromVersion, toVersion }))).map(({ version }) => version);
        expect(await read(1, 1)).toEqual([1]);
        expect(await read(1, 6)).toEqual([1, 4]);
        expect(await read(5, 7)).toEqual([4, 7]);
        expect(await read(5, 5)).toEqual([4]);
        expect(await read(6, 99)).toEqual([4, 7, 10]);
        expect(await read(7, 6)).toEqual([]);
        expect(await read(13, 20)).toEqual([]);
      });

      it("says the version of the last event, 0 for a stream that does not exist", async () => {
        const streamId = aStream();
        expect(await store.headVersion(streamId)).toBe(0);
        await append(anAppend(streamId, 0, { events: [{}, {}, {}] }));
        expect(await store.headVersion(streamId)).toBe(3);
        await append(anAppend(streamId, 3));
        expect(await store.headVersion(streamId)).toBe(4);
      });

      it("begins with the commit that holds the wanted version", async () => {
        const streamId = aStream();
        await fill(streamId, 3, 3);
        expect(await versionsOf(streamId, 4)).toEqual([4, 5, 6, 7, 8, 9]);
        expect(await versionsOf(streamId, 5)).toEqual([4, 5, 6, 7, 8, 9]);
        expect(await versionsOf(streamId, 6)).toEqual([4, 5, 6, 7, 8, 9]);
        expect(await versionsOf(streamId, 9)).toEqual([7, 8, 9]);
        expect(await versionsOf(streamId, 10)).toEqual([]);
      });

      it("reads a stream of more than a megabyte whole, from any version", async () => {
        const streamId = aStream();
        const text = "x".repeat(120_000);
        for (let version = 0; version < 12; version += 1) {
          await append(anAppend(streamId, version, { events: [{ data: { text } }] }));
        }
        expect(await versionsOf(streamId)).toEqual(upTo(12));
        expect(await versionsOf(streamId, 2)).toEqual(upTo(12).slice(1));
      });

      it("ends a read where the reader has enough", async () => {
        const streamId = aStream();
        await fill(streamId, 3);
        for await (const commit of store.readStream(streamId)) {
          expect(commit.version).toBe(1);
          break;
        }
      });

      it("keeps streams apart whose names begin alike or differ in case", async () => {
        const streamId = aStream();
        for (const other of [streamId, `${streamId}0`, streamId.toLowerCase(), `${streamId}#1`]) await fill(other, 1);
        expect(await versionsOf(streamId)).toEqual([1]);
        expect(await versionsOf(streamId.toLowerCase())).toEqual([1]);
      });

      it("refuses a commit that does not follow the version it was decided on, and one without events", async () => {
        const one = anAppend(aStream(), 0);
        await expect(append({ ...one, expectedVersion: 3 })).rejects.toThrow(/does not follow version 3/);
        await expect(append({ ...one, commit: { ...one.commit, events: [] } })).rejects.toThrow(/without events/);
        await expect(append(one, one)).rejects.toThrow(/names one stream twice/);
        expect(await store.headVersion(one.commit.streamId)).toBe(0);
      });
    });

    describe("stored formats", () => {
      it("keeps every text and number as it was", async () => {
        const texts = ["naïve 東京 🚒 \u0000 \ud800 \u2028", "", '"\\\n', "-".repeat(300)];
        const counted = {
          values: [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0.1, 1e-320, 1.7976931348623157e308, 0],
          digits: "12345678901234567890123456789012345678",
        };
        const one = anAppend(aStream(), 0, {
          events: [...texts.map((text) => ({ data: { text } })), { type: "Counted", data: counted }],
        });
        await append(one);
        const [read] = await collect(store.readStream(one.commit.streamId));
        expect(read?.events.map(({ data }) => data)).toEqual([...texts.map((text) => ({ text })), counted]);
      });

      it("lifts an event of an older version to the newest", async () => {
        const one = anAppend(aStream(), 0, { events: [{ type: "Measured", schemaVersion: 1, data: { value: 5 } }] });
        await append(one);
        const [read] = await collect(store.readStream(one.commit.streamId));
        expect(read?.events[0]).toMatchObject({ type: "Measured", schemaVersion: 2, data: { value: 5, unit: "ms" } });
      });

      it("does not give out an event that no schema knows", async () => {
        const one = anAppend(aStream(), 0, { events: [{ type: "Forgotten" }] });
        await append(one);
        const reading = collect(store.readStream(one.commit.streamId));
        await expect(reading).rejects.toThrow(`${one.commit.streamId} version 1 cannot be read`);
      });
    });

    describe("expected version", () => {
      it("refuses a commit where another one is, and says where the stream is now", async () => {
        const streamId = aStream();
        await fill(streamId, 1);
        await append(anAppend(streamId, 1, { events: [{}, {}] }), anAppend(aStream(), 0));
        await fill(aStream(), 1);
        await append(anAppend(streamId, 3));
        const late = append(anAppend(streamId, 1));
        await expect(late).rejects.toBeInstanceOf(VersionConflictError);
        await expect(late).rejects.toMatchObject({ streamId, expected: 1, actual: 4 });
        expect(await versionsOf(streamId)).toEqual(upTo(4));
      });

      it("refuses to begin a stream that exists", async () => {
        const streamId = aStream();
        await fill(streamId, 2);
        await expect(append(anAppend(streamId, 0))).rejects.toMatchObject({ expected: 0, actual: 2 });
      });

      it("refuses, and writes nothing, where a stream that the decision left as it was has moved on", async () => {
        const [seen, other] = [aStream(), aStream()];
        await fill(seen, 2);
        const late = store.append({ appends: [anAppend(other, 0)], unchanged: [{ streamId: seen, version: 1 }] });
        await expect(late).rejects.toBeInstanceOf(VersionConflictError);
        await expect(late).rejects.toMatchObject({ streamId: seen, expected: 1, actual: 2 });
        expect(await versionsOf(other)).toEqual([]);
        await store.append({ appends: [anAppend(other, 0)], unchanged: [{ streamId: seen, version: 2 }] });
        expect(await versionsOf(other)).toEqual([1]);
        expect(await versionsOf(seen)).toEqual([1, 2]);
      });

      it("can ask that a stream does not exist", async () => {
        const [absent, other] = [aStream(), aStream()];
        await store.append({ appends: [anAppend(other, 0)], unchanged: [{ streamId: absent, version: 0 }] });
        await fill(absent, 1);
        const late = store.append({ appends: [anAppend(other, 1)], unchanged: [{ streamId: absent, version: 0 }] });
        await expect(late).rejects.toMatchObject({ streamId: absent, expected: 0, actual: 1 });
      });

      it("lets one of 32 writers win each version, loses no event and leaves no gap", async () => {
        const streamId = aStream();
        const writeOnce = async () => {
          for (;;) {
            const head = await store.headVersion(streamId);
            try {
              await append(anAppend(streamId, head));
              return head + 1;
            } catch (error) {
              if (!(error instanceof VersionConflictError)) throw error;
              expect(error.actual).toBeGreaterThan(error.expected);
            }
          }
        };
        const written = await Promise.all(upTo(32).map(writeOnce));
        expect(written.toSorted((a, b) => a - b)).toEqual(upTo(32));
        expect(await versionsOf(streamId)).toEqual(upTo(32));
      });
    });

    describe("all or nothing", () => {
      it("writes commits of several streams and their rows together", async () => {
        const [first, second] = [aStream(), aStream()];
        const { positions } = await append(
          anAppend(first, 0, { views: [aRow(`${first}/a`), aRow(`${first}/b`)] }),
          anAppend(second, 0, { events: [{}, {}], views: [aRow(`${second}/a`)] }),
        );
        expect(positions).toEqual([
          { streamId: first, version: 1 },
          { streamId: second, version: 2 },
        ]);
        expect(await versionsOf(first)).toEqual([1]);
        expect(await versionsOf(second)).toEqual([1, 2]);
        for (const key of [`${first}/a`, `${first}/b`, `${second}/a`]) {
          expect(await subject.rowExists(conformanceView, key)).toBe(true);
        }
      });

      it("deletes the row of a change without one", async () => {
        const streamId = aStream();
        await append(anAppend(streamId, 0, { views: [aRow(streamId)] }));
        await append(anAppend(streamId, 1, { views: [noRow(streamId)] }));
        expect(await subject.rowExists(conformanceView, streamId)).toBe(false);
      });

      it("lets the later of two changes of one row count", async () => {
        const streamId = aStream();
        await append(anAppend(streamId, 0, { views: [aRow(streamId), noRow(streamId)] }));
        expect(await subject.rowExists(conformanceView, streamId)).toBe(false);
        await append(anAppend(streamId, 1, { views: [noRow(streamId), aRow(streamId)] }));
        expect(await subject.rowExists(conformanceView, streamId)).toBe(true);
      });

      it("writes nothing at all where one of several streams has moved on", async () => {
        const [fresh, moved] = [aStream(), aStream()];
        await fill(moved, 2);
        const idempotency = { key: `key of ${fresh}`, payload: "p" };
        const refused = store.append({
          appends: [anAppend(fresh, 0, { views: [aRow(fresh)] }), anAppend(moved, 1, { views: [aRow(moved)] })],
          idempotency,
        });
        await expect(refused).rejects.toMatchObject({ streamId: moved, expected: 1, actual: 2 });
        expect(await store.headVersion(fresh)).toBe(0);
        expect(await subject.rowExists(conformanceView, fresh)).toBe(false);
        expect(await subject.rowExists(conformanceView, moved)).toBe(false);
        expect(await store.findOutcome(idempotency)).toBeUndefined();
      });

      it("refuses a commit that is too large, as bad input, and writes nothing", async () => {
        const streamId = aStream();
        const text = "é".repeat(140 * 1024);
        const refused = append(anAppend(streamId, 0, { events: [{ data: { text } }], views: [aRow(streamId)] }));
        await expect(refused).rejects.toBeInstanceOf(ValidationError);
        await expect(refused).rejects.toMatchObject({ problems: [{ path: ["input"] }] });
        expect(await store.headVersion(streamId)).toBe(0);
        expect(await subject.rowExists(conformanceView, streamId)).toBe(false);
      });

      it("takes 100 items at once, and refuses one more as bad input", async () => {
        const streamId = aStream();
        const rows = upTo(99).map((number) => aRow(`${streamId}/${number}`));
        await append(anAppend(streamId, 0, { views: rows }));
        expect(await subject.rowExists(conformanceView, `${streamId}/99`)).toBe(true);
        const refused = append(anAppend(streamId, 1, { views: [...rows, aRow(`${streamId}/100`)] }));
        await expect(refused).rejects.toBeInstanceOf(ValidationError);
        expect(await store.headVersion(streamId)).toBe(1);
      });
    });

    describe("the same append again", () => {
      it("succeeds and writes nothing, also when the stream has moved on", async () => {
        const streamId = aStream();
        const one = anAppend(streamId, 0, { events: [{}, {}] });
        const first = await append(one);
        expect(await append(one)).toEqual(first);
        await append(anAppend(streamId, 2));
        expect(await append(one)).toEqual(first);
        expect(await versionsOf(streamId)).toEqual(upTo(3));
      });

      it("is told from a repeat of the command by its event ids", async () => {
        const request: AppendRequest = {
          appends: [anAppend(aStream(), 0), anAppend(aStream(), 0)],
          idempotency: { key: aStream(), payload: "p" },
        };
        const first = await store.append(request);
        expect(first.repeated).toBe(false);
        expect(await store.append(request)).toEqual(first);
      });
    });

    describe("idempotency key", () => {
      const request = (streamId: string, key: string, payload = "payload", expectedVersion = 0): AppendRequest => ({
        appends: [anAppend(streamId, expectedVersion)],
        idempotency: { key, payload },
      });

      it("answers a repeat with the first outcome and writes nothing", async () => {
        const [streamId, key] = [aStream(), aStream()];
        const outcome = [
          { streamId, version: 1 },
          { streamId: "Test-untouched", version: 0 },
        ];
        await store.append({ ...request(streamId, key), outcome });
        const repeat = await store.append(request(streamId, key, "payload", 1));
        expect(repeat).toEqual({ positions: outcome, repeated: true });
        expect(await store.headVersion(streamId)).toBe(1);
      });

      it("counts before a conflict: a repeat of what was decided on the same version is no conflict", async () => {
        const [streamId, key] = [aStream(), aStream()];
        await store.append(request(streamId, key));
        expect(await store.append(request(streamId, key))).toEqual({
          positions: [{ streamId, version: 1 }],
          repeated: true,
        });
      });

      it("is not to be used for another payload", async () => {
        const [streamId, other, key] = [aStream(), aStream(), aStream()];
        await store.append(request(streamId, key));
        const reused = store.append(request(other, key, "other payload"));
        await expect(reused).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
        await expect(reused).rejects.toMatchObject({ key });
        expect(await store.headVersion(other)).toBe(0);
        await expect(store.findOutcome({ key, payload: "other payload" })).rejects.toBeInstanceOf(
          IdempotencyKeyReusedError,
        );
      });

      it("is found again with its outcome, and not found before it was used", async () => {
        const [streamId, key] = [aStream(), aStream()];
        expect(await store.findOutcome({ key, payload: "payload" })).toBeUndefined();
        await store.append(request(streamId, key));
        expect(await store.findOutcome({ key, payload: "payload" })).toEqual([{ streamId, version: 1 }]);
      });

      it("is kept for a command that led to no event", async () => {
        const idempotency = { key: aStream(), payload: "payload" };
        const outcome = [{ streamId: "Test-unchanged", version: 3 }];
        const first = await store.append({ appends: [], idempotency, outcome });
        expect(first).toEqual({ positions: outcome, repeated: false });
        expect(await store.append({ appends: [], idempotency })).toEqual({ positions: outcome, repeated: true });
        const reused = store.append({ appends: [], idempotency: { ...idempotency, payload: "other" } });
        await expect(reused).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
      });

      it("may have any characters and length, and belongs to no stream", async () => {
        const key = `${"#".repeat(5_000)} 🚒 \u0000`;
        await store.append(request(aStream(), key));
        expect(await store.findOutcome({ key, payload: "payload" })).toHaveLength(1);
        expect(await store.findOutcome({ key: `${key} `, payload: "payload" })).toBeUndefined();
      });

      it("lets one of many repeats at the same time act", async () => {
        const [streamId, key] = [aStream(), aStream()];
        const results = await Promise.all(upTo(16).map(() => store.append(request(streamId, key))));
        expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect(new Set(results.map(({ positions }) => JSON.stringify(positions))).size).toBe(1);
        expect(await versionsOf(streamId)).toEqual([1]);
      });
    });

    it("answers an empty append without an idempotency key, and writes nothing", async () => {
      expect(await store.append({ appends: [] })).toEqual({ positions: [], repeated: false });
    });

    it("reads all commits of all streams, each stream in order and in one piece, and no idempotency records", async () => {
      await store.append({ appends: [], idempotency: { key: aStream(), payload: "p" } });
      const own = await open();
      try {
        const appended: Commit[] = [];
        for (const expectedVersion of [0, 2, 4, 6, 8, 10]) {
          for (const streamId of ["Test-a", "Test-b", "Test-c"]) {
            const one = anAppend(streamId, expectedVersion, { events: [{}, {}] });
            appended.push(one.commit);
            await own.store.append({
              appends: [one],
              idempotency: { key: `${streamId} ${expectedVersion}`, payload: "p" },
            });
          }
        }
        const all = await collect(own.store.readAll());
        const pieces = all.filter(({ streamId }, index) => streamId !== all[index - 1]?.streamId);
        expect(pieces).toHaveLength(3);
        for (const streamId of ["Test-a", "Test-b", "Test-c"]) {
          const ofStream = (commits: readonly Commit[]) => commits.filter((commit) => commit.streamId === streamId);
          expect(ofStream(all)).toEqual(ofStream(appended));
        }
        expect(all.reduce((sum, commit) => sum + lastVersion(commit) - commit.version + 1, 0)).toBe(36);
      } finally {
        await own.close();
      }
    });
  });
}
