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

/** The lines of a file. Rejects where it cannot be read, or is compressed and not whole. */
export async function* readLines(path: string): AsyncGenerator<string, void, void> {
  const file = createReadStream(path);
  const input = path.endsWith(".gz") ? createGunzip() : file;
  let failure: unknown;
  const flowing =
    input === file
      ? Promise.resolve()
      : // The lines end where the file breaks off; what went wrong is thrown behind them.
        pipeline(file, input as NodeJS.WritableStream).catch((error: unknown) => (failure = error));
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    yield* lines;
    await flowing;
    if (failure !== undefined) throw new Error(`${path} is not whole, or not compressed`, { cause: failure });
  } finally {
    lines.close();
    file.destroy();
  }
}

async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of lines) yield `${line}\n`;
}
