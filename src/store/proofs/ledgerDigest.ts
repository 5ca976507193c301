/** A digest of the whole log, in any order of its streams: a text that can be kept elsewhere and compared for ever. */
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
