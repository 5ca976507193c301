/** The one key of integrations: stored credentials are encrypted, and webhooks' secrets derived, with keys made from it. */
import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

const bytes = 32;

/**
 * The key that is configured (32 bytes in base64), else the one in `dataDir`, which is made there where there is none: several
 * processes that start at once have the same one, and a crash leaves none or a whole one.
 * @throws Error where it is no key; it names the file, and shows nothing of it.
 */
export async function loadIntegrationKey(place: {
  readonly configured?: string | undefined;
  readonly dataDir: string;
}): Promise<Uint8Array> {
  const { configured, dataDir } = place;
  if (configured !== undefined) return parseKey(configured, "INTEGRATION_KEY");
  const path = join(dataDir, "integration.key");
  const kept = await readKept(path);
  if (kept !== undefined) return parseKey(kept, path);
  await mkdir(dataDir, { recursive: true });
  await makeKey(path);
  return parseKey((await readKept(path)) ?? "", path);
}

/** The last letter has two bits more than the bytes need, which may be anything: keys that AWS makes of random letters have them set. */
const form = /^[A-Za-z0-9+/]{43}=$/;

function parseKey(text: string, source: string): Uint8Array {
  if (!form.test(text.trim())) throw new Error(`${source} is no key: it must be ${bytes} bytes in base64`);
  return Buffer.from(text.trim(), "base64");
}

async function readKept(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Does nothing where somebody else was faster. */
async function makeKey(path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(`${randomBytes(bytes).toString("base64")}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // A link fails where the name is taken; a rename would replace another's key.
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
