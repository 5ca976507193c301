/** A digest of the whole log, in any order of its streams: a text that can be kept elsewhere and compared for ever. */
import type { FeedPosition } from "../../domain/kernel/feed.js";
import type { Digest } from "../../domain/kernel/hashChain.js";

export interface StreamHead {
  readonly streamId: string;
  readonly version: number;
  /** Hash of the last event. */
  readonly hash: string;
}

export interface LedgerDigest {
  add(head: StreamHead): void;
  /** Takes out a head that is none any more, so that a stream can be added commit by commit. */
  remove(head: StreamHead): void;
  /** 64 hex digits. */
  readonly value: string;
}

/** A digest of the log as it was when its feed ended at `heads`: what is fed later does not change it. */
export interface DigestAt {
  readonly digest: string;
  readonly heads: FeedPosition;
}

/** `<digest>@<heads>`, for people to keep. */
export function formatDigestAt({ digest, heads }: DigestAt): string {
  return `${digest}@${heads.join(".")}`;
}

/** What {@link formatDigestAt} wrote, or a digest alone; undefined for anything else. */
export function parseDigest(text: string): { readonly digest: string; readonly heads?: FeedPosition } | undefined {
  const [, digest, heads] = /^([0-9a-f]{64})(?:@(\d+(?:\.\d+)*))?$/.exec(text) ?? [];
  if (digest === undefined) return undefined;
  return heads === undefined ? { digest } : { digest, heads: heads.split(".").map(Number) };
}

const modulus = 1n << 256n;

/** Sums the hashes of all heads modulo 2^256, so that neither order nor splitting matters; goes on from `from`. */
export function createLedgerDigest(digest: Digest, from = "0"): LedgerDigest {
  let sum = BigInt(`0x${from}`);
  const valueOf = ({ streamId, version, hash }: StreamHead) =>
    BigInt(`0x${digest(JSON.stringify([streamId, version, hash]), "hex")}`);
  return {
    add: (head) => {
      sum = (sum + valueOf(head)) % modulus;
    },
    remove: (head) => {
      sum = (sum + modulus - valueOf(head)) % modulus;
    },
    get value() {
      return sum.toString(16).padStart(64, "0");
    },
  };
}
