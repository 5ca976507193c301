/** The object store as a folder: what every object store does, nothing half written, and nothing for other users to read. */
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFolderObjectStore } from "../../../src/adapters/objectStore/folder.js";
import type { ObjectStore } from "../../../src/domain/kernel/objectStore.js";
import { objectStoreConformance } from "../../conformance/objectStore.conformance.js";

let parent: string;
let folder: string;
let store: ObjectStore;
const begin = async () => {
  parent = await mkdtemp(join(tmpdir(), "opsledger-objects-"));
  folder = join(parent, "objects");
  store = createFolderObjectStore({ folder });
};
const end = () => rm(parent, { recursive: true, force: true });

const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));

objectStoreConformance("a folder", async () => {
  await begin();
  return { store, another: () => createFolderObjectStore({ folder }), keys: files, close: end };
});

describe("a folder", () => {
  beforeEach(begin);
  afterEach(end);

  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

  it("shows the old content or the new, whole, to whoever reads while it is overwritten", async () => {
    const [old, fresh] = ["o".repeat(150_000), "n".repeat(150_000)];
    await store.put("k", old);
    const writing = store.put("k", fresh);
    const reads = await Promise.all(Array.from({ length: 20 }, () => store.get("k")));
    await writing;
    expect(reads.filter((content) => content !== old && content !== fresh)).toEqual([]);
    expect(await store.get("k")).toBe(fresh);
  });

  it("touches nothing outside, whatever the key", async () => {
    await writeFile(join(parent, "outside"), "secret");
    await expect(store.delete("../outside")).rejects.toThrow("leads out of the store");
    await expect(store.put("a/../../outside", "x")).rejects.toThrow("leads out of the store");
    expect(await readFile(join(parent, "outside"), "utf8")).toBe("secret");
  });

  it("lets nobody but its own user into it, or read what it keeps", async () => {
    await store.put("a/b", "a message");
    expect(await modeOf(folder)).toBe(0o700);
    expect(await modeOf(join(folder, "a/b"))).toBe(0o600);
    await store.put("a/c", "another", { once: true });
    expect(await modeOf(join(folder, "a/c"))).toBe(0o600);
  });

  it("closes a folder that was open to others", async () => {
    await mkdir(folder);
    await chmod(folder, 0o755);
    await store.put("a", "a message");
    expect(await modeOf(folder)).toBe(0o700);
  });

  it("leaves the folders around it as they are", async () => {
    const before = await modeOf(parent);
    const inner = createFolderObjectStore({ folder: join(parent, "data", "objects") });
    await inner.put("a", "x");
    expect(await modeOf(join(parent, "data", "objects"))).toBe(0o700);
    expect(await modeOf(parent)).toBe(before);
    // As the process makes folders otherwise.
    await mkdir(join(parent, "other"));
    expect(await modeOf(join(parent, "data"))).toBe(await modeOf(join(parent, "other")));
  });

  it("takes up writing as soon as its folder can be made", async () => {
    await writeFile(folder, "a file in its place");
    await expect(store.put("a", "x")).rejects.toThrow();
    await rm(folder);
    await store.put("a", "x");
    expect(await store.get("a")).toBe("x");
  });

  it.each([{ once: false }, { once: true }])("leaves no draft where writing fails: %j", async (how) => {
    await mkdir(join(folder, "taken", "inner"), { recursive: true });
    await expect(store.put("taken", "x", how)).rejects.toThrow();
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
