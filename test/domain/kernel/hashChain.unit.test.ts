/** The hash chain: what it covers, and that nothing in it can be changed unseen. */
import { describe, expect, it } from "vitest";
import { canonicalJson, chainEvents, eventHash } from "../../../src/domain/kernel/index.js";
import type { Unchained } from "../../../src/domain/kernel/index.js";
import { sha256 } from "../../../src/store/sha256.js";

const anEvent = (version: number): Unchained => ({
  type: "Noted",
  data: { text: "a", at: { b: 1, a: [2, 3] } },
  eventId: `event-${version}`,
  streamId: "Test-1",
  version,
  schemaVersion: 1,
  occurredAt: "2025-01-15T10:00:00.000Z",
  recordedAt: "2025-01-15T10:30:00.000Z",
  actor: { kind: "USER", id: "ada" },
  correlationId: "correlation",
  causationId: "cause",
  commandId: "command",
});

describe("the hash of an event", () => {
  it("is the same for ever", () => {
    // A changed value here means that every ledger there is fails its proof.
    expect(eventHash(anEvent(1), "", sha256)).toBe("V5DarLvHP08GQbZfCpO22BV0t-OwBkaIlJjqibX_7Hw");
    expect(eventHash(anEvent(1), "", sha256)).toMatch(/^[\w-]{43}$/);
  });

  it.each<[string, Partial<Unchained>]>([
    ["stream", { streamId: "Test-2" }],
    ["version", { version: 2 }],
    ["id", { eventId: "event-2" }],
    ["type", { type: "Paid" }],
    ["schema version", { schemaVersion: 2 }],
    ["data", { data: { text: "b" } }],
    ["time", { occurredAt: "2025-01-15T10:00:00.001Z" }],
    ["time of recording", { recordedAt: "2025-01-15T10:30:00.001Z" }],
    ["actor", { actor: { kind: "SYSTEM", id: "ada" } }],
    ["correlation", { correlationId: "other" }],
    ["cause", { causationId: "other" }],
    ["command", { commandId: "other" }],
  ])("is another one with another %s", (_, change) => {
    expect(eventHash({ ...anEvent(1), ...change }, "", sha256)).not.toBe(eventHash(anEvent(1), "", sha256));
  });

  it("is another one behind another event", () => {
    expect(eventHash(anEvent(2), "a", sha256)).not.toBe(eventHash(anEvent(2), "b", sha256));
  });

  it("does not depend on the order of keys, nor on what is undefined", () => {
    const data = { at: { a: [2, 3], b: 1 }, none: undefined, text: "a" };
    expect(eventHash({ ...anEvent(1), data }, "", sha256)).toBe(eventHash(anEvent(1), "", sha256));
  });
});

describe("a chain", () => {
  it("gives each event its own hash and the one before it", () => {
    const [first, second] = chainEvents([anEvent(5), anEvent(6)], "before", sha256);
    expect(first).toEqual({ ...anEvent(5), previousHash: "before", hash: eventHash(anEvent(5), "before", sha256) });
    expect(second).toEqual({
      ...anEvent(6),
      previousHash: first?.hash,
      hash: eventHash(anEvent(6), first?.hash ?? "", sha256),
    });
  });
});

it("canonical JSON sorts keys at every depth and keeps the order of lists", () => {
  expect(canonicalJson(JSON.parse('{"b":1,"__proto__":2}'))).toBe('{"__proto__":2,"b":1}');
  expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  expect(canonicalJson({ b: [{ d: 1, c: 2 }, null], a: undefined })).toBe('{"b":[{"c":2,"d":1},null]}');
});
