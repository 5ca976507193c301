/** The lines of a file of facts, one at a time: a line that is too long, or is no text, is a problem of its own. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** A line without its end; `number` counts from 1. */
export type Line = { readonly number: number } & ({ readonly text: string } | { readonly problem: string });

/** Bytes of the longest line that is read. A fact with its longest note has two thousand. */
export const longestLine = 65_536;

/** A file that stays the same while it is read. */
export interface Source {
  /** What to call it. */
  readonly name: string;
  readonly lines: number;
  /** SHA-256 of its content, in hex: the same for the same file, wherever it is. */
  readonly digest: string;
  read(): AsyncGenerator<Line, void, void>;
  close(): Promise<void>;
}

/**
 * Looks through the file once: how many lines it has, and what it is. Standard input (`-`) is kept in a temporary file until
 * `close`, as it can be read only once.
 */
export async function openSource(path: string, standardInput: Readable = process.stdin): Promise<Source> {
  const kept = path === "-" ? join(tmpdir(), `opsledger-import-${process.pid}-${Date.now()}`) : undefined;
  const close = async () => {
    if (kept !== undefined) await rm(kept, { force: true });
  };
  try {
    const found = await survey(kept === undefined ? createReadStream(path) : standardInput, kept);
    const stored = kept ?? path;
    return {
      ...found,
      name: path === "-" ? "standard input" : path,
      read: () => splitLines(createReadStream(stored)),
      close,
    };
  } catch (cause) {
    await close();
    throw new Error(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

async function survey(input: AsyncIterable<Buffer>, keepIn: string | undefined) {
  const hash = createHash("sha256");
  let lines = 0;
  let last: number | undefined;
  const kept = keepIn === undefined ? undefined : await open(keepIn, "w", 0o600);
  try {
    for await (const chunk of input) {
      if (last === undefined && isUtf16(chunk)) throw new Error("it is UTF-16; save it as UTF-8");
      hash.update(chunk);
      for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, at + 1)) lines += 1;
      last = chunk.at(-1) ?? last;
      await kept?.writeFile(chunk);
    }
  } finally {
    await kept?.close();
  }
  return { digest: hash.digest("hex"), lines: last === lineEnd || last === undefined ? lines : lines + 1 };
}

const isUtf16 = ([first, second]: Buffer) => (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

const lineEnd = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines that end in LF or CRLF. Holds one line at a time, however long the file or a line is. */
export async function* splitLines(input: AsyncIterable<Buffer>): AsyncGenerator<Line, void, void> {
  let number = 0;
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer) => {
    bytes += part.length;
    if (bytes <= longestLine) parts.push(part);
    else parts = [];
  };
  const end = (): Line => {
    number += 1;
    const line = bytes > longestLine ? tooLong(number, bytes) : toLine(number, Buffer.concat(parts));
    parts = [];
    bytes = 0;
    return line;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, from)) {
      take(chunk.subarray(from, at));
      from = at + 1;
      yield end();
    }
    take(chunk.subarray(from));
  }
  if (bytes > 0) yield end();
}

const tooLong = (number: number, bytes: number): Line => ({
  number,
  problem: `has ${bytes} bytes; a line has at most ${longestLine}`,
});

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function toLine(number: number, raw: Buffer): Line {
  const isMarked = number === 1 && raw.subarray(0, 3).equals(byteOrderMark);
  try {
    const text = utf8.decode(isMarked ? raw.subarray(3) : raw);
    return { number, text: text.endsWith("\r") ? text.slice(0, -1) : text };
  } catch {
    return { number, problem: "is not UTF-8" };
  }
}
