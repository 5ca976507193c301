/** The object store as a folder: the local default. Writes are atomic; a crash leaves the old content or the new. */
import { randomUUID } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ObjectStore } from "../../domain/kernel/objectStore.js";
import { toKey } from "./keys.js";

/** Keeps objects under `folder`, which is made when first written to, for the server's own user. Throws where a key leads out of it. */
export function createFolderObjectStore({ folder }: { readonly folder: string }): ObjectStore {
  const root = resolve(folder);
  const pathOf = (key: string): string => join(root, toKey(key));
  let made: Promise<void> | undefined;
  const makeRoot = async (): Promise<void> => {
    await mkdir(root, { recursive: true });
    try {
      await chmod(root, 0o700);
    } catch (error) {
      // A mount that others administer: each file is for its user alone all the same.
      if (!is(error, "EPERM") && !is(error, "ENOTSUP")) throw error;
    }
  };
  const makeFolder = async (path: string): Promise<void> => {
    made ??= makeRoot();
    try {
      await made;
    } catch (error) {
      made = undefined;
      throw error;
    }
    await mkdir(dirname(path), { recursive: true });
  };

  return {
    async put(key, content, { once } = { once: false }) {
      const path = pathOf(key);
      await makeFolder(path);
      const draft = `${path}.${randomUUID()}`;
      try {
        // People's messages are in it: for the server's own user.
        const file = await open(draft, "w", 0o600);
        try {
          await file.writeFile(content, "utf8");
          await file.sync();
        } finally {
          await file.close();
        }
        if (once) await linkOnce(draft, path);
        else await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    async get(key) {
      try {
        return await readFile(pathOf(key), "utf8");
      } catch (error) {
        if (isNothingThere(error)) return undefined;
        throw error;
      }
    },
    async delete(key) {
      try {
        await rm(pathOf(key));
      } catch (error) {
        if (!isNothingThere(error)) throw error;
      }
    },
  };
}

/** As atomic as a rename, but for what is there already. */
async function linkOnce(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    // A folder in its place is no content.
    if (!is(error, "EEXIST") || !(await stat(path)).isFile()) throw error;
  }
  await rm(draft);
}

/** No file: what other keys have in front of a slash is a folder, and under a file there is nothing. */
function isNothingThere(error: unknown): boolean {
  return ["ENOENT", "EISDIR", "ERR_FS_EISDIR", "ENOTDIR"].some((code) => is(error, code));
}

function is(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
