/** The playground as the bundle has it: made and compressed when the function is bundled, and lying beside its code. */
import { readFile } from "node:fs/promises";
import { playgroundFileName } from "../server/playground.js";

/** The compressed page; undefined where this is no bundle. */
export async function storedPage(): Promise<Buffer | undefined> {
  try {
    return await readFile(new URL(`./${playgroundFileName}`, import.meta.url));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
