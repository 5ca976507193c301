/** Opaque cursors: a value for one purpose, sealed so that a cursor from elsewhere, or one that was altered, is refused. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { invalid } from "../domain/kernel/errors.js";
import type { FeedPosition } from "../domain/kernel/feed.js";
import type { StreamPosition } from "../domain/kernel/eventStore.js";

/** Where a reader of the ledger stands: behind an event of one stream, or behind a position of the whole feed. */
export type Position =
  { readonly kind: "stream"; readonly stream: StreamPosition } | { readonly kind: "feed"; readonly feed: FeedPosition };

export interface CursorCodec {
  /** `scope` says what the cursor is for, such as one list in one order. */
  encode(scope: string, value: string): string;
  /** The value; throws a ValidationError for `field` where the cursor was not made for `scope` by us. */
  decode(scope: string, cursor: string, field: string): string;
  encodePosition(position: Position): string;
  decodePosition(cursor: string, field: string): Position;
}

const sealBytes = 9;
const positionScope = "position";

/** Cursors hold no secrets; the seal keeps them from being made up. Nodes that share `secret` read each other's cursors. */
export function createCursorCodec(secret: string): CursorCodec {
  const seal = (scope: string, value: string) =>
    createHmac("sha256", secret).update(`${scope}\n${value}`).digest().subarray(0, sealBytes);

  const encode: CursorCodec["encode"] = (scope, value) =>
    Buffer.concat([seal(scope, value), Buffer.from(value, "utf8")]).toString("base64url");

  const decode: CursorCodec["decode"] = (scope, cursor, field) => {
    const bytes = Buffer.from(cursor, "base64url");
    const value = bytes.subarray(sealBytes).toString("utf8");
    const intact =
      bytes.length > sealBytes &&
      bytes.toString("base64url") === cursor &&
      timingSafeEqual(bytes.subarray(0, sealBytes), seal(scope, value));
    if (!intact) throw invalid(field, "is not a cursor of this list");
    return value;
  };

  return {
    encode,
    decode,
    encodePosition: (position) =>
      encode(
        positionScope,
        position.kind === "feed"
          ? `f${position.feed.join(",")}`
          : `s${position.stream.version}@${position.stream.streamId}`,
      ),
    decodePosition(cursor, field) {
      const value = decode(positionScope, cursor, field);
      if (value.startsWith("f")) return { kind: "feed", feed: value.slice(1).split(",").map(Number) };
      const at = value.indexOf("@");
      return { kind: "stream", stream: { version: Number(value.slice(1, at)), streamId: value.slice(at + 1) } };
    },
  };
}
