/** What every {@link ObjectStore} does, whatever it is kept in. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectStore } from "../../src/domain/kernel/objectStore.js";

/** An empty store. */
export interface ObjectStoreSubject {
  readonly store: ObjectStore;
  /** A store of another process on the same content. */
  readonly another: () => ObjectStore;
  /** Keys of all that is kept. */
  readonly keys: () => Promise<readonly string[]>;
  close(): Promise<void>;
}

export function objectStoreConformance(name: string, start: () => Promise<ObjectStoreSubject>): void {
  describe(`${name} as an object store`, () => {
    let subject: ObjectStoreSubject;
    let store: ObjectStore;
    beforeEach(async () => {
      subject = await start();
      store = subject.store;
    });
    afterEach(() => subject.close());

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
      expect(await store.get("a")).toBeUndefined();
      expect(await store.get("a/b/c")).toBeUndefined();
    });

    it("keeps keys apart, and overwrites", async () => {
      await store.put("a/b", "first");
      await store.put("a/c", "other");
      await store.put("a/b", "second");
      expect([await store.get("a/b"), await store.get("a/c")]).toEqual(["second", "other"]);
      expect([...(await subject.keys())].sort()).toEqual(["a/b", "a/c"]);
    });

    it("takes characters in keys for what they are", async () => {
      const keys = ["a b/c+d", "a%20b/c", "\u00fc/\u{1F525}.json", "q?x=1&y#z", "IntegrationSession-ada@example.com:1"];
      for (const key of keys) await store.put(key, key);
      for (const key of keys) expect(await store.get(key)).toBe(key);
      expect([...(await subject.keys())].sort()).toEqual([...keys].sort());
    });

    it("leaves what is there where it is put once, and says nothing", async () => {
      await store.put("once", "first", { once: true });
      await store.put("once", "second", { once: true });
      expect(await store.get("once")).toBe("first");
      await store.put("once", "third");
      expect(await store.get("once")).toBe("third");
      expect(await subject.keys()).toEqual(["once"]);
    });

    it("keeps one of the contents, whole, where several are put once at the same time", async () => {
      const contents = Array.from({ length: 8 }, (_, n) => String(n).repeat(50_000));
      await Promise.all(contents.map((content) => store.put("same", content, { once: true })));
      const kept = await store.get("same");
      expect(contents).toContain(kept);
      await store.put("same", "later", { once: true });
      expect(await store.get("same")).toBe(kept);
      expect(await subject.keys()).toEqual(["same"]);
    });

    it("shows one of the contents, whole, where several are put at once", async () => {
      const contents = Array.from({ length: 8 }, (_, n) => String(n).repeat(50_000));
      await Promise.all(contents.map((content) => store.put("same", content)));
      expect(contents).toContain(await store.get("same"));
      expect(await subject.keys()).toEqual(["same"]);
    });

    it("removes what is deleted and nothing else; deleting it once more does nothing", async () => {
      await store.put("a/b", "b");
      await store.put("a/bc", "bc");
      await store.delete("a/b");
      await store.delete("a/b");
      await store.delete("never/put");
      await store.delete("a");
      await store.delete("a/bc/d");
      expect(await store.get("a/b")).toBeUndefined();
      expect(await store.get("a/bc")).toBe("bc");
      await store.put("a/b", "again", { once: true });
      expect(await store.get("a/b")).toBe("again");
    });

    it("keeps its content for the next process", async () => {
      await store.put("a", "kept");
      expect(await subject.another().get("a")).toBe("kept");
    });

    it.each(["../outside", "a/../../outside", "..", "", ".", "a/..", "a//b", "a/", "/", "a/./b"])(
      "refuses the key %j, which leads out of it or stands for another one",
      async (key) => {
        await expect(store.put(key, "x")).rejects.toThrow("leads out of the store");
        await expect(store.get(key)).rejects.toThrow("leads out of the store");
        await expect(store.delete(key)).rejects.toThrow("leads out of the store");
        expect(await subject.keys()).toEqual([]);
      },
    );

    it.each([
      ["a line break", "a\nb"],
      ["a null", "a\u0000"],
      ["half a character", "\ud800"],
      ["a backslash", "a\\..\\b"],
    ])("refuses a key with %s", async (_what, key) => {
      await expect(store.put(key, "x")).rejects.toThrow("characters that no key may have");
      expect(await subject.keys()).toEqual([]);
    });

    it("refuses a key that is longer than S3 takes", async () => {
      const parts = (bytes: number) => "abcdefg/".repeat(bytes / 8).slice(0, -1);
      await store.put(parts(1_024), "x");
      expect(await store.get(parts(1_024))).toBe("x");
      await expect(store.put(`${parts(1_024)}\u00e9`, "x")).rejects.toThrow("more than 1024 bytes");
    });

    it("takes a key that begins with a slash as one inside it", async () => {
      await store.put("/etc/passwd", "ours");
      expect(await store.get("etc/passwd")).toBe("ours");
      expect(await subject.keys()).toEqual(["etc/passwd"]);
    });
  });
}
