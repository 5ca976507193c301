/** What every {@link IntegrationService} that is polled does, whatever it asks. */
import type { JsonObject } from "../../src/domain/kernel/json.js";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ServiceFailure } from "../../src/domain/integrations/index.js";
import type { IntegrationService, PollPage, ServiceItem } from "../../src/domain/integrations/index.js";

/** What becomes of requests: each is served where there is none. */
export type ServiceFault =
  | { readonly kind: "rate limit"; readonly seconds: number }
  /** The credential is not taken (any more). */
  | { readonly kind: "auth" }
  /** The service says that it is down. */
  | { readonly kind: "outage" }
  /** The connection is cut in the middle of the answer. */
  | { readonly kind: "cut" }
  /** A page of a proxy, with status 200. */
  | { readonly kind: "garbage" }
  /** JSON, but not of the service. */
  | { readonly kind: "other JSON" }
  /** An answer that does not end. */
  | { readonly kind: "endless" }
  /** Never answered. */
  | { readonly kind: "silence" };

/** A service whose server is on loopback, and has told nothing yet. */
export interface IntegrationServiceSubject {
  readonly service: IntegrationService;
  readonly credential: JsonObject | undefined;
  /** As callers give it: without a cursor. */
  readonly state: JsonObject;
  /** So many things are told in three pages at least. */
  readonly many: number;
  /** Something happens at the service; the ids of its items, in order. */
  add(count: number): readonly string[];
  /** From now on, behind so many requests that are served; undefined: all are served again. */
  fail(fault: ServiceFault | undefined, behind?: number): void;
  /** Requests so far. */
  requests(): number;
  /** Bytes that endless answers have had. */
  endlessBytes(): number;
  /** Resolves when a request has come that is not answered. */
  silent(): Promise<void>;
  close(): Promise<void>;
}

export interface IntegrationServiceContract {
  /** `timeoutMilliseconds`: of one request. */
  readonly start: (options: { readonly timeoutMilliseconds: number }) => Promise<IntegrationServiceSubject>;
  /** What a first poll tells, without a cursor: nothing, or what is there. @default nothing */
  readonly firstPoll?: "nothing" | "what is there";
  /** Bytes that may be sent before the service lets go. @default 40 MB: 10 MB, and what is in buffers */
  readonly mostBytes?: number;
}

const now = "2026-02-03T04:05:06.789Z";

export function integrationServiceConformance(name: string, contract: IntegrationServiceContract): void {
  const { start, firstPoll = "nothing", mostBytes = 40_000_000 } = contract;

  describe(`${name} as a service that is polled`, () => {
    let subject: IntegrationServiceSubject;
    let service: IntegrationService;
    beforeEach(async () => {
      subject = await start({ timeoutMilliseconds: 10_000 });
      service = subject.service;
    });
    afterEach(() => subject.close());

    const never = new AbortController().signal;
    const ask = (state: JsonObject, signal: AbortSignal = never, of = subject) =>
      of.service.poll({
        state: of.service.state.parse(state),
        credential: of.service.credential?.parse(of.credential),
        resyncSince: undefined,
        now,
        signal,
      });

    /** As a poller goes through it: each state is one of the service's own, and none goes back. */
    const poll = async (from: JsonObject, { pages: most = Infinity, of = subject } = {}): Promise<Polled> => {
      const pages: PollPage[] = [];
      let state = from;
      let failure: Error | undefined;
      try {
        for await (const page of ask(from, never, of)) {
          expect(of.service.state.parse(page.state)).toEqual(page.state);
          expect(of.service.isForward(state, page.state)).toBe(true);
          ({ state } = page);
          pages.push(page);
          if (pages.length >= most) break;
        }
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
      return { pages, state, failure, items: pages.flatMap(({ items }) => items) };
    };
    const served = async (from: JsonObject, of = subject) => {
      const result = await poll(from, { of });
      if (result.failure !== undefined) throw result.failure;
      return result;
    };
    const begin = async (of = subject) => (await served(of.state, of)).state;
    const failureOf = async (from: JsonObject, of = subject): Promise<ServiceFailure> => {
      const { failure } = await poll(from, { of });
      if (!(failure instanceof ServiceFailure))
        throw new Error("the poll did not fail as services fail", { cause: failure });
      return failure;
    };

    it("finds its cursor with the first poll", async () => {
      const there = subject.add(3);
      expect(service.hasCursor(service.state.parse(subject.state))).toBe(false);
      const first = await served(subject.state);
      expect(idsOf(first)).toEqual(firstPoll === "nothing" ? [] : there);
      expect(service.hasCursor(first.state)).toBe(true);
      expect(idsOf(await served(first.state))).toEqual([]);
    });

    it("tells nothing where there is nothing new", async () => {
      const state = await begin();
      const { items, pages } = await served(state);
      expect(items).toEqual([]);
      expect(pages.length).toBeLessThanOrEqual(1);
    });

    it("tells what is new once, in its order, page by page", async () => {
      const state = await begin();
      const added = subject.add(subject.many);
      const { pages, state: end, ...result } = await served(state);
      expect(pages.length).toBeGreaterThanOrEqual(3);
      expect(idsOf(result)).toEqual(added);
      const [next] = subject.add(1);
      expect(idsOf(await served(end))).toEqual([next]);
    });

    it("tells the same things under the same ids whenever it is asked", async () => {
      const state = await begin();
      subject.add(subject.many);
      const [once, twice] = [await served(state), await served(state)];
      expect(twice.items).toEqual(once.items);
      for (const { id, kind, data } of once.items) {
        expect(id.startsWith(`${service.type}:`)).toBe(true);
        expect(kind).toMatch(/^[a-z]+$/);
        expect(Object.keys(data).length).toBeGreaterThan(0);
      }
    });

    it("goes on where it was interrupted, whichever page that was behind", async () => {
      const state = await begin();
      const added = subject.add(subject.many);
      const pages = (await served(state)).pages.length;
      for (let taken = 1; taken < pages; taken += 1) {
        const first = await poll(state, { pages: taken });
        expect(idsOf(first).length).toBeLessThan(added.length);
        const rest = await served(first.state);
        expect(unique([...idsOf(first), ...idsOf(rest)])).toEqual(added);
      }
    });

    it.each(["outage", "cut", "garbage", "rate limit"] as const)(
      "skips nothing where %s comes between, whichever request that meets",
      async (kind) => {
        const state = await begin();
        const added = subject.add(subject.many);
        const before = subject.requests();
        await served(state);
        const requests = subject.requests() - before;
        for (const behind of spread(requests, 6)) {
          subject.fail(kind === "rate limit" ? { kind, seconds: 1 } : { kind }, behind);
          const first = await poll(state);
          expect(first.failure).toBeInstanceOf(ServiceFailure);
          subject.fail(undefined);
          const rest = await served(first.state);
          expect(unique([...idsOf(first), ...idsOf(rest)])).toEqual(added);
        }
      },
    );

    it("does not pass over what comes while it is read", async () => {
      const state = await begin();
      const added = [...subject.add(subject.many)];
      const seen: ServiceItem[] = [];
      let last = state;
      for await (const page of ask(state)) {
        seen.push(...page.items);
        last = page.state;
        if (added.length < subject.many + 6) added.push(...subject.add(2));
      }
      const rest = await served(last);
      expect(unique([...seen, ...rest.items].map(({ id }) => id)).sort()).toEqual([...added].sort());
    });

    it("says that it was asked too often, and how long to wait", async () => {
      const state = await begin();
      subject.fail({ kind: "rate limit", seconds: 17 });
      expect(await failureOf(state)).toMatchObject({ failureClass: "RATE", retryAfterMs: 17_000 });
    });

    it("says that the credential is not taken", async () => {
      const state = await begin();
      subject.fail({ kind: "auth" });
      expect(await failureOf(state)).toMatchObject({ failureClass: "AUTH" });
    });

    it.each(["outage", "cut", "garbage", "other JSON"] as const)("takes %s for what passes", async (kind) => {
      const state = await begin();
      subject.fail({ kind });
      expect(await failureOf(state)).toMatchObject({ failureClass: "TRANSIENT" });
      expect(await failureOf(subject.state)).toMatchObject({ failureClass: "TRANSIENT" });
    });

    it("tries nothing again by itself", async () => {
      const state = await begin();
      const before = subject.requests();
      subject.fail({ kind: "outage" });
      await failureOf(state);
      expect(subject.requests() - before).toBe(1);
    });

    it("lets go of an answer that does not end", async () => {
      const state = await begin();
      subject.fail({ kind: "endless" });
      expect(await failureOf(state)).toMatchObject({ code: "too_large" });
      expect(subject.endlessBytes()).toBeLessThan(mostBytes);
    });

    it("does not wait for ever", async () => {
      const impatient = await start({ timeoutMilliseconds: 100 });
      try {
        impatient.fail({ kind: "silence" });
        expect(await failureOf(impatient.state, impatient)).toMatchObject({
          failureClass: "TRANSIENT",
          code: "timeout",
        });
      } finally {
        await impatient.close();
      }
    });

    it("takes a server that is not there for what passes", async () => {
      const state = await begin();
      await subject.close();
      expect(await failureOf(state)).toMatchObject({ failureClass: "TRANSIENT" });
    });

    it("ends with its signal, long before it would for itself", async () => {
      const state = await begin();
      subject.fail({ kind: "silence" });
      const stopping = new AbortController();
      const reason = new Error("the server stops");
      const polling = (async () => {
        for await (const page of ask(state, stopping.signal)) void page;
      })();
      await subject.silent();
      stopping.abort(reason);
      await expect(polling).rejects.toBe(reason);
    });

    it("asks nothing with a signal that has aborted", async () => {
      const state = await begin();
      const before = subject.requests();
      const pages = ask(state, AbortSignal.abort(new Error("over")));
      await expect(pages[Symbol.asyncIterator]().next()).rejects.toThrow("over");
      expect(subject.requests()).toBe(before);
    });

    it("says nothing of its credential in what it fails with", async () => {
      const secrets = Object.values(subject.credential ?? {}).map(String);
      const state = await begin();
      for (const kind of ["auth", "outage", "cut", "garbage", "other JSON"] as const) {
        subject.fail({ kind });
        const shown = inspect(await failureOf(state), { depth: 20, showHidden: true });
        for (const secret of secrets) expect(shown).not.toContain(secret);
      }
    });

    it("has states that are never behind themselves, and lose only their cursor", async () => {
      const state = await begin();
      subject.add(subject.many);
      const { state: next } = await served(state);
      expect(service.isForward(state, state)).toBe(true);
      expect(service.isForward(state, next)).toBe(true);
      const without = service.state.parse(service.withoutCursor(next));
      expect(service.hasCursor(without)).toBe(false);
      expect(service.isForward(without, next)).toBe(true);
      expect(service.hasCursor(await served(without).then((found) => found.state))).toBe(true);
    });

    it("refuses states that are none of its own", () => {
      expect(service.state.safeParse({ ...subject.state, unheardOf: true }).success).toBe(false);
      expect(service.state.safeParse([]).success).toBe(false);
    });
  });
}

interface Polled {
  readonly pages: readonly PollPage[];
  readonly items: readonly ServiceItem[];
  /** Behind the last page. */
  readonly state: JsonObject;
  readonly failure: Error | undefined;
}

function idsOf({ items }: { readonly items: readonly ServiceItem[] }): string[] {
  return items.map(({ id }) => id);
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

/** So many of the numbers from 0 up to `end`, with the first and the last. */
function spread(end: number, most: number): readonly number[] {
  const all = Array.from({ length: end }, (_, number) => number);
  const step = Math.max(1, Math.ceil(end / most));
  return all.filter((number) => number % step === 0 || number === end - 1);
}
