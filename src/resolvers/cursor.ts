/**
 * Opaque cursors: a value for one purpose, sealed so that a cursor from elsewhere, or one that was altered, is refused; and
 * encrypted, since a page that stops early ends behind an incident that its reader may not know of.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from "node:crypto";
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

const sealBytes = 12;
/** The seal is also what makes each encryption different; AES counts in the bytes behind it. */
const counter = Buffer.alloc(16 - sealBytes);
const positionScope = "position";

/**
 * Nodes that share `secret` read each other's cursors. One value of one scope always has the same cursor. `previous`: cursors that
 * were made with the secret before are read, too.
 */
export function createCursorCodec(secret: string, previous?: string): CursorCodec {
  const current = createSealing(secret);
  const accepted = [current, ...(previous === undefined ? [] : [createSealing(previous)])];

  const decode: CursorCodec["decode"] = (scope, cursor, field) => {
    const bytes = Buffer.from(cursor, "base64url");
    const isWhole = bytes.length > sealBytes && bytes.toString("base64url") === cursor;
    for (const { open } of isWhole ? accepted : []) {
      const value = open(scope, bytes);
      if (value !== undefined) return value;
    }
    throw invalid(field, "is not a cursor of this list");
  };

  return {
    encode: current.close,
    decode,
    encodePosition: (position) =>
      current.close(
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

/** Cursors of one secret. */
function createSealing(secret: string) {
  const key = createHmac("sha256", secret).update("cursors").digest();
  const seal = (scope: string, value: string) =>
    createHmac("sha256", secret).update(`${scope}\n${value}`).digest().subarray(0, sealBytes);
  return {
    close: (scope: string, value: string): string => {
      const sealed = seal(scope, value);
      const cipher = createCipheriv("aes-256-ctr", key, Buffer.concat([sealed, counter]));
      return Buffer.concat([sealed, cipher.update(value, "utf8"), cipher.final()]).toString("base64url");
    },
    /** The value, or undefined where the bytes were not made for `scope` with this secret. */
    open: (scope: string, bytes: Buffer): string | undefined => {
      const sealed = bytes.subarray(0, sealBytes);
      const decipher = createDecipheriv("aes-256-ctr", key, Buffer.concat([sealed, counter]));
      const value = Buffer.concat([decipher.update(bytes.subarray(sealBytes)), decipher.final()]).toString("utf8");
      return timingSafeEqual(sealed, seal(scope, value)) ? value : undefined;
    },
  };
}
