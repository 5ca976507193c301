/** Credentials in a file: encrypted, whole whatever happens, and seen by a server that runs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileCredentials } from "../../../src/adapters/credentials/fileCredentials.js";
import { withFileLock } from "../../../src/adapters/credentials/fileLock.js";
import { loadIntegrationKey } from "../../../src/adapters/credentials/integrationKey.js";
import { CredentialStoreError } from "../../../src/domain/integrations/index.js";
import { describeCredentialStore } from "../../conformance/credentialStore.conformance.js";

const key = Buffer.alloc(32, 3);
const { signal: never } = new AbortController();
const newFolder = () => mkdtemp(join(tmpdir(), "opsledger-credentials-"));
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

interface Stored {
  readonly version: number;
  readonly entries: Record<string, Record<string, string>>;
}
async function edit(file: string, change: (stored: Stored) => unknown): Promise<void> {
  // It is what the store has written.
  const stored = JSON.parse(await readFile(file, "utf8")) as Stored;
  await writeFile(file, JSON.stringify(change(stored) ?? stored));
}

describe("the store", () => {
  describeCredentialStore(async () => {
    const folder = await newFolder();
    const file = join(folder, "credentials.json");
    const filling = createFileCredentials({ file, key });
    return {
      store: createFileCredentials({ file, key }),
      put: (ref, credential) => filling.put(ref, credential),
      remove: async (ref) => void (await filling.remove(ref)),
      damage: (ref) => edit(file, ({ entries }) => void Object.assign(entries[ref] ?? {}, { ciphertext: "AAAA" })),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  });
});

describe("the file", () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await newFolder();
    file = join(folder, "data", "credentials.json");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = (own: Uint8Array = key) => createFileCredentials({ file, key: own });

  it("is for its owner only, and shows names but no content", async () => {
    await open().put("ana/gmail", { refreshToken: "very-secret" });
    expect(await modeOf(file)).toBe("600");
    const text = await readFile(file, "utf8");
    expect(text).toContain("ana/gmail");
    expect(text).not.toMatch(/very-secret|refreshToken/);
    expect((await readdir(join(folder, "data"))).sort()).toEqual(["credentials.json", "credentials.json.lock"]);
  });

  it("lists names and when they were set, by name; takes one away; knows when there is none", async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    await store.put("ben/slack", { token: "1" });
    await store.put("ana/gmail", { token: "2" });
    const updatedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;
    expect(await store.list()).toEqual([
      { ref: "ana/gmail", updatedAt },
      { ref: "ben/slack", updatedAt },
    ]);
    expect([await store.remove("ana/gmail"), await store.remove("ana/gmail")]).toEqual([true, false]);
    expect((await store.list()).map(({ ref }) => ref)).toEqual(["ben/slack"]);
  });

  it("has another nonce for each time that the same is set, and the last one counts", async () => {
    const store = open();
    const texts = [];
    for (const token of ["1", "1", "2"]) {
      await store.put("ana/gmail", { token });
      texts.push((await readFile(file, "utf8")).match(/"(?:nonce|ciphertext)": ".*"/g)?.join());
    }
    expect(new Set(texts).size).toBe(3);
    expect(await store.read("ana/gmail", never)).toEqual({ token: "2" });
  });

  it("loses nothing where many write at a time", async () => {
    const refs = Array.from({ length: 8 }, (_, place) => `ana/service${place}`);
    await Promise.all(refs.map((ref) => open().put(ref, { token: ref })));
    expect((await open().list()).map(({ ref }) => ref)).toEqual(refs);
  });

  it("is seen by a store that has read it before, as soon as another process has written it", async () => {
    const running = open();
    const other = open();
    for (const token of ["first", "second", "third"]) {
      await other.put("ana/gmail", { token });
      expect(await running.read("ana/gmail", never)).toEqual({ token });
    }
    await other.remove("ana/gmail");
    expect(await running.read("ana/gmail", never)).toBeUndefined();
  });

  it("keeps what it had where a writer is killed before it is done", async () => {
    await open().put("ana/gmail", { token: "kept" });
    await writeFile(`${file}.draft`, '{"version":1,"ent');
    expect(await open().read("ana/gmail", never)).toEqual({ token: "kept" });
    await open().put("ben/gmail", { token: "new" });
    expect((await open().list()).length).toBe(2);
  });

  it.each<[what: string, change: (stored: Stored) => unknown]>([
    ["under another name", ({ entries }) => void (entries["ana/gmail"] = entries["ben/gmail"] ?? {})],
    ["with a shorter tag", ({ entries }) => void Object.assign(entries["ana/gmail"] ?? {}, { tag: "AAAAAA==" })],
    [
      "with another nonce",
      ({ entries }) => void Object.assign(entries["ana/gmail"] ?? {}, { nonce: "AAAAAAAAAAAAAAAA" }),
    ],
    [
      "with the tag of another",
      ({ entries }) =>
        void (entries["ana/gmail"] = { ...entries["ana/gmail"], tag: entries["ben/gmail"]?.["tag"] ?? "" }),
    ],
  ])("does not open what somebody has put %s", async (_what, change) => {
    await open().put("ana/gmail", { token: "1" });
    await open().put("ben/gmail", { token: "2" });
    await edit(file, change);
    await expect(open().read("ana/gmail", never)).rejects.toThrow(
      new CredentialStoreError(
        "the credential ana/gmail does not open: it was written with another integration key, or the file is damaged",
      ),
    );
    expect(await open().read("ben/gmail", never)).toEqual({ token: "2" });
    // It can be set again.
    await open().put("ana/gmail", { token: "3" });
    expect(await open().read("ana/gmail", never)).toEqual({ token: "3" });
  });

  it("does not open with another key, and is not mixed with what that would write", async () => {
    await open().put("ana/gmail", { token: "very-secret" });
    const before = await readFile(file, "utf8");
    const other = open(Buffer.alloc(32, 4));
    await expect(other.read("ana/gmail", never)).rejects.toThrow(/ana\/gmail does not open: .*another integration key/);
    await expect(other.put("ben/gmail", { token: "1" })).rejects.toThrow(CredentialStoreError);
    expect(await readFile(file, "utf8")).toBe(before);
  });

  it.each([
    ["no JSON", "very-secret {"],
    ["of another version", '{"version":2,"entries":{}}'],
    ["of another form", '{"version":1,"entries":{"ana/gmail":"very-secret"}}'],
    ["empty", ""],
  ])("that is %s is not read, shown or written over", async (_what, text) => {
    await open().put("ana/gmail", { token: "1" });
    await writeFile(file, text);
    const attempts = [
      () => open().read("ana/gmail", never),
      () => open().list(),
      () => open().put("ana/gmail", { token: "2" }),
    ];
    for (const attempt of attempts) {
      const error: unknown = await attempt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CredentialStoreError);
      expect(String(error)).toContain(`${file} is damaged, or of another version`);
      expect(String(error)).not.toContain("very-secret");
    }
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("that cannot be read at all is a failure, and not a credential that is missing", async () => {
    await expect(createFileCredentials({ file: folder, key }).read("ana/gmail", never)).rejects.toThrow(
      `${folder} cannot be read`,
    );
  });

  it.each(["gmail", "ana/", "ana/../x", "ana/gm#ail", "__proto__"])("takes no name such as %s", async (ref) => {
    await expect(open().put(ref, { token: "1" })).rejects.toThrow(/must be a credential's name/);
  });
});

describe("the lock of the file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("lets one in at a time, and goes on where one fails", async () => {
    let inside = 0;
    const seen: number[] = [];
    const work = async () => {
      inside += 1;
      seen.push(inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      throw new Error("as the test has it");
    };
    const path = join(folder, "lock");
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => withFileLock({ path }, work)));
    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "rejected"));
    expect(seen).toEqual([1, 1, 1, 1, 1]);
  });

  it("ends with a holder that is killed", async () => {
    const path = join(folder, "lock");
    const script = `const { spawn } = require("node:child_process");
      const held = spawn("flock", [process.argv[1], "sh", "-c", "echo held; exec cat >/dev/null"], { stdio: ["pipe", "inherit", "inherit"] });
      setInterval(() => held.pid, 1000);`;
    const holder = spawn(process.execPath, ["-e", script, path], { stdio: ["ignore", "pipe", "inherit"] });
    await once(holder.stdout, "data");
    const waiting = withFileLock({ path }, async () => "in");
    holder.kill("SIGKILL");
    expect(await waiting).toBe("in");
  });

  it("is waited for so long and no longer", async () => {
    const place = { path: join(folder, "lock"), waitSeconds: 0.05 };
    const waiting = withFileLock(place, () => withFileLock(place, async () => "in"));
    await expect(waiting).rejects.toThrow(`${place.path} is locked: somebody else has been writing for 0.05 seconds`);
    expect(await withFileLock(place, async () => "in")).toBe("in");
  });

  it("says where it cannot be had on this machine", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = folder;
    try {
      await expect(withFileLock({ path: join(folder, "lock") }, async () => "in")).rejects.toThrow(
        "the program flock (util-linux) is not on the PATH",
      );
    } finally {
      process.env["PATH"] = path;
    }
  });
});

describe("the integration key", () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = join(await newFolder(), "data");
  });
  afterEach(() => rm(join(dataDir, ".."), { recursive: true, force: true }));

  it("is made once, by whoever is first, and is for its owner only", async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadIntegrationKey({ dataDir })));
    expect(new Set(keys.map((one) => Buffer.from(one).toString("hex"))).size).toBe(1);
    expect(await loadIntegrationKey({ dataDir })).toEqual(keys[0]);
    expect(keys[0]?.length).toBe(32);
    expect(await modeOf(join(dataDir, "integration.key"))).toBe("600");
    expect(await readdir(dataDir)).toEqual(["integration.key"]);
  });

  it("is the configured one where there is one; then none is made", async () => {
    const configured = Buffer.alloc(32, 9).toString("base64");
    expect(await loadIntegrationKey({ configured, dataDir })).toEqual(Buffer.alloc(32, 9));
    await expect(stat(dataDir)).rejects.toThrow("ENOENT");
  });

  it.each(["", "c2hvcnQ=", `${"A".repeat(43)}=x`])(
    "is not taken where it is none (%j), nor made anew",
    async (text) => {
      await loadIntegrationKey({ dataDir });
      await writeFile(join(dataDir, "integration.key"), text);
      await expect(loadIntegrationKey({ dataDir })).rejects.toThrow(
        `${join(dataDir, "integration.key")} is no key: it must be 32 bytes in base64`,
      );
    },
  );
});
