/** The object store as a folder keeps what every object store promises, and leaves nothing half written. */
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFolderObjectStore } from "../../../src/adapters/objectStore/folder.js";
import type { ObjectStore } from "../../../src/domain/kernel/objectStore.js";

let parent: string;
let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "opsledger-objects-"));
  folder = join(parent, "objects");
  store = createFolderObjectStore({ folder });
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe("an object store", () => {
  it("returns what was put, whatever its characters and size", async () => {
    for (const content of ["", "# Caf\u00e9 \u{1F525}\r\n\u0000", "x".repeat(200_000)]) {
      await store.put("postmortems/1/a", content);
      expect(await store.get("postmortems/1/a")).toBe(content);
    }
  });

  it("has nothing under a key that was never put", async () => {
    expect(await store.get("never")).toBeUndefined();
    await store.put("a/b", "b");
    expect(await store.get("a/c")).toBeUndefined();
  });

  it("keeps keys apart, and overwrites", async () => {
    await store.put("a/b", "first");
    await store.put("a/c", "other");
    await store.put("a/b", "second");
    expect([await store.get("a/b"), await store.get("a/c")]).toEqual(["second", "other"]);
    expect((await files()).sort()).toEqual(["b", "c"]);
  });

  it("keeps its content for the next process", async () => {
    await store.put("a", "kept");
    expect(await createFolderObjectStore({ folder }).get("a")).toBe("kept");
  });

  it("shows one of the contents, whole, where several are put at once", async () => {
    const contents = Array.from({ length: 8 }, (_, n) => String(n).repeat(50_000));
    await Promise.all(contents.map((content) => store.put("same", content)));
    expect(contents).toContain(await store.get("same"));
    expect(await files()).toEqual(["same"]);
  });

  it("shows the old content or the new, whole, to whoever reads while it is overwritten", async () => {
    const [old, fresh] = ["o".repeat(150_000), "n".repeat(150_000)];
    await store.put("k", old);
    const writing = store.put("k", fresh);
    const reads = await Promise.all(Array.from({ length: 20 }, () => store.get("k")));
    await writing;
    expect(reads.filter((content) => content !== old && content !== fresh)).toEqual([]);
    expect(await store.get("k")).toBe(fresh);
  });
});

describe("a folder", () => {
  it.each(["../outside", "a/../../outside", "..", "", ".", "a/.."])(
    "refuses the key %j, which leads out of it",
    async (key) => {
      await writeFile(join(parent, "outside"), "secret");
      await expect(store.put(key, "x")).rejects.toThrow("leads out of the store");
      await expect(store.get(key)).rejects.toThrow("leads out of the store");
      expect(await readFile(join(parent, "outside"), "utf8")).toBe("secret");
    },
  );

  it("lets nobody but its own user read what it keeps", async () => {
    await store.put("a/b", "a message");
    expect((await stat(join(folder, "a/b"))).mode & 0o777).toBe(0o600);
  });

  it("takes a key that begins with a slash as one inside it", async () => {
    await store.put("/etc/passwd", "ours");
    expect(await readFile(join(folder, "etc", "passwd"), "utf8")).toBe("ours");
  });

  it("leaves the old content and no draft where writing fails", async () => {
    await mkdir(join(folder, "taken"), { recursive: true });
    await expect(store.put("taken", "x")).rejects.toThrow();
    expect(await files()).toEqual([]);
  });

  it("does not take the draft of a writer that died for content", async () => {
    await store.put("k", "old");
    // What a process that is killed between writing and renaming leaves behind.
    await writeFile(join(folder, "k.5c7e9a52-0000-4000-8000-000000000000"), "half of the n");
    expect(await store.get("k")).toBe("old");
    await store.put("k", "new");
    expect(await store.get("k")).toBe("new");
  });
});
