/** The file that Dynoxide starts on: without its index each write slows down the next, without its trigger it only grows. */
import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { preparedFile } from "./preparedFile.js";

/** The bytes of a SQLite file with the engine's table of stream records, an index on it and the retention trigger. */
export function preparedDatabase(): Buffer {
  return gunzipSync(Buffer.from(preparedFile, "base64"));
}

/** Writes the prepared database beside `target`, safe on disk, and returns its path. Who holds the lock renames it. */
export async function writePreparedDatabase(target: string): Promise<string> {
  const path = `${target}.${randomUUID()}.new`;
  const file = await open(path, "wx");
  try {
    await file.writeFile(preparedDatabase());
    await file.sync();
  } finally {
    await file.close();
  }
  return path;
}
