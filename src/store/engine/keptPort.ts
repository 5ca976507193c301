/** The port of the last run, kept in the data folder: who knew the engine there finds it there again. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readEnginePid } from "./engineFile.js";
import { isPortTaken, listensOn } from "./ports.js";

/**
 * The port of the folder's last engine where nobody else has it, so that other servers and tools go on with the address they
 * have; undefined where it is taken or not known. A port that the last engine itself still has is ours: it is just ending.
 */
export async function findKeptPort(dataDir: string): Promise<number | undefined> {
  const text = await readFile(portFile(dataDir), "utf8").catch(() => "");
  const port = Number(/^([1-9]\d{3,4})\n$/.exec(text)?.[1]);
  if (!(port <= 65_535)) return undefined;
  if (!(await isPortTaken(port))) return port;
  const pid = await readEnginePid(dataDir);
  return pid !== undefined && (await listensOn(pid, port)) ? port : undefined;
}

export async function keepPort(dataDir: string, port: number): Promise<void> {
  await writeFile(portFile(dataDir), `${port}\n`);
}

function portFile(dataDir: string): string {
  return join(dataDir, "engine-port");
}
