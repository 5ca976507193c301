/** Export files: lines, compressed where the name ends in .gz. */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";

/** Writes lines to a file that has its name only once it is whole. */
export async function writeLines(path: string, lines: AsyncIterable<string>): Promise<void> {
  const partial = `${path}.partial`;
  const text = Readable.from(withLineEnds(lines), { objectMode: true });
  try {
    await (path.endsWith(".gz")
      ? pipeline(text, createGzip(), createWriteStream(partial))
      : pipeline(text, createWriteStream(partial)));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The lines of a file. Throws where it cannot be read, or is compressed and breaks off. */
export async function* readLines(path: string): AsyncGenerator<string, void, void> {
  const input = path.endsWith(".gz") ? uncompressed(path) : createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    yield* lines;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} cannot be read to its end: ${reason}`, { cause });
  } finally {
    lines.close();
    input.destroy();
  }
}

function uncompressed(path: string): Readable {
  const text = createGunzip();
  // What goes wrong destroys `text` with its reason, and whoever reads it is told.
  pipeline(createReadStream(path), text).catch(() => undefined);
  return text;
}

async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of lines) yield `${line}\n`;
}
