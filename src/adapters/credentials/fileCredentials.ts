/** Credentials in a file of this machine, each encrypted: the local default. `opsledger credentials` fills it, while servers run. */
import type { JsonObject } from "../../domain/kernel/json.js";
import { mkdir, open, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { CredentialRef, CredentialStoreError, JsonMap } from "../../domain/integrations/index.js";
import type { CredentialStore } from "../../domain/integrations/index.js";
import { withFileLock } from "./fileLock.js";
import { Sealed, createSealing } from "./sealed.js";

export interface FileCredentials extends CredentialStore {
  /** Adds or replaces. @throws CredentialStoreError where nothing that is there opens with this key. */
  put(ref: string, credential: JsonObject): Promise<void>;
  /** By their names; no content. */
  list(): Promise<readonly { readonly ref: string; readonly updatedAt: string }[]>;
  /** Whether it was there. */
  remove(ref: string): Promise<boolean>;
}

export interface FileCredentialsDeps {
  readonly file: string;
  /** The integration key. */
  readonly key: Uint8Array;
}

const Entry = Sealed.extend({ updatedAt: z.string() });
const Contents = z.object({ version: z.literal(1), entries: z.record(z.string(), Entry) });
type Entries = Readonly<Record<string, z.infer<typeof Entry>>>;

/** Creates the store. The file need not be there. What another process has written is seen by the next `read`. */
export function createFileCredentials({ file, key }: FileCredentialsDeps): FileCredentials {
  const sealing = createSealing(key);
  const readEntries = createReader(file);
  const entryOf = async (ref: string) => {
    const entries = await readEntries();
    return Object.hasOwn(entries, ref) ? entries[ref] : undefined;
  };
  const change = async (toNext: (entries: Entries) => Entries): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await withFileLock({ path: `${file}.lock` }, async () => write(file, toNext(await readEntries())));
  };
  return {
    async read(ref, signal) {
      signal.throwIfAborted();
      const entry = await entryOf(ref);
      if (entry === undefined) return undefined;
      const credential = sealing.open(ref, entry);
      if (credential !== undefined) return credential;
      throw new CredentialStoreError(`the credential ${ref} does not open: ${whyShut}`);
    },
    async put(ref, credential) {
      const entry = { ...sealing.seal(CredentialRef.parse(ref), JsonMap.parse(credential)), updatedAt: now() };
      await change((entries) => {
        const known = Object.entries(entries);
        if (known.length > 0 && known.every(([name, one]) => sealing.open(name, one) === undefined)) {
          throw new CredentialStoreError(`no credential in ${file} opens: ${whyShut}`);
        }
        return { ...entries, [ref]: entry };
      });
    },
    async list() {
      const entries = Object.entries(await readEntries());
      return entries.map(([ref, { updatedAt }]) => ({ ref, updatedAt })).sort((a, b) => (a.ref < b.ref ? -1 : 1));
    },
    async remove(ref) {
      if ((await entryOf(ref)) === undefined) return false;
      await change((entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => name !== ref)));
      return true;
    },
  };
}

const whyShut = "it was written with another integration key, or the file is damaged";
const now = () => new Date().toISOString();

/** What is in the file; parsed anew only where it is another file than last time. */
function createReader(path: string): () => Promise<Entries> {
  let known: { readonly stamp: string; readonly entries: Entries } | undefined;
  const readOpen = async (file: FileHandle): Promise<Entries> => {
    const { ino, mtimeNs, size } = await file.stat({ bigint: true });
    const stamp = `${ino} ${mtimeNs} ${size}`;
    if (known?.stamp !== stamp) known = { stamp, entries: parse(await file.readFile("utf8"), path) };
    return known.entries;
  };
  return async () => {
    try {
      const file = await open(path, "r");
      return await readOpen(file).finally(() => file.close());
    } catch (error) {
      if (error instanceof CredentialStoreError) throw error;
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
      throw new CredentialStoreError(`${path} cannot be read`, { cause: error });
    }
  };
}

/** Without the causes of its errors: they may show some of what is there. */
function parse(text: string, path: string): Entries {
  try {
    return Contents.parse(JSON.parse(text)).entries;
  } catch {
    throw new CredentialStoreError(`${path} is damaged, or of another version: it holds no credentials`);
  }
}

/** A crash leaves the old file or the new. Under the lock the draft is nobody else's. */
async function write(path: string, entries: Entries): Promise<void> {
  const draft = `${path}.draft`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${JSON.stringify({ version: 1, entries }, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}
