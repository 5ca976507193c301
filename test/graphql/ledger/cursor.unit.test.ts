/** Cursors are opaque, good for one purpose only, and outlive the change of the secret that made them. */
import { describe, expect, it } from "vitest";
import { createCursorCodec } from "../../../src/resolvers/index.js";

const [older, newer] = ["the secret of last year", "the secret of this year"];
const refused = "is not a cursor of this list";

describe("a cursor", () => {
  const codec = createCursorCodec(newer);

  it("gives its value back to whoever has the secret, for the purpose that it was made for", () => {
    const cursor = codec.encode("incidents", "INC-1");
    expect(cursor).not.toContain("INC");
    expect(createCursorCodec(newer).decode("incidents", cursor, "after")).toBe("INC-1");
    expect(() => codec.decode("projects", cursor, "after")).toThrow(refused);
  });

  it.each(["", "x", "AAAAAAAAAAAAAAAAAAAA", "not base64!"])("is not taken where we did not make it: %j", (cursor) => {
    expect(() => codec.decode("incidents", cursor, "after")).toThrow(refused);
  });
});

describe("while the secret is replaced", () => {
  const before = createCursorCodec(older);
  const meanwhile = createCursorCodec(newer, older);
  const behind = createCursorCodec(newer);

  it("cursors of the one before are taken as well", () => {
    expect(meanwhile.decode("incidents", before.encode("incidents", "INC-1"), "after")).toBe("INC-1");
    const position = { kind: "feed", feed: [3, 0, 5] } as const;
    expect(meanwhile.decodePosition(before.encodePosition(position), "after")).toEqual(position);
  });

  it("new ones are made with the new secret only", () => {
    const cursor = meanwhile.encode("incidents", "INC-1");
    expect(cursor).toBe(behind.encode("incidents", "INC-1"));
    expect(() => before.decode("incidents", cursor, "after")).toThrow(refused);
  });

  it("and behind it those of the one before are refused", () => {
    expect(() => behind.decode("incidents", before.encode("incidents", "INC-1"), "after")).toThrow(refused);
  });
});
