/** Who is calling, as long as nobody has to prove it. */
import { expect, it } from "vitest";
import { callerFor } from "../../src/server/caller.js";

const id = (headers: Record<string, string>, connectionParams?: Record<string, unknown>) =>
  callerFor({ headers, connectionParams }).actor.id;

it("is local where nobody is named, and may do everything", () => {
  expect(callerFor({ headers: {} })).toEqual({
    actor: { kind: "USER", id: "local" },
    roles: ["ADMIN"],
    projects: "all",
    authenticated: false,
  });
});

it("is who the header names, or else the connection's parameters", () => {
  expect(id({ "x-opsledger-actor": "ann@example.org" })).toBe("ann@example.org");
  expect(id({}, { "x-opsledger-actor": "team:ops-1_a.b" })).toBe("team:ops-1_a.b");
  expect(id({ "x-opsledger-actor": "ann" }, { "x-opsledger-actor": "bob" })).toBe("ann");
  expect(id({ "x-opsledger-actor": "x".repeat(128) })).toHaveLength(128);
});

it.each(["", " ", "a b", "a#b", "a\nb", "ä", "x".repeat(129), 7, null, { id: "ann" }])("cannot be named %j", (name) => {
  expect(() => id({}, { "x-opsledger-actor": name })).toThrow(
    expect.objectContaining({
      extensions: expect.objectContaining({ code: "BAD_REQUEST", http: { status: 400 } }) as unknown,
    }) as Error,
  );
});
