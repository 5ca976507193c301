/** Loopback ports: finding a free one, and telling whether it is our process that listens on it. */
import { once } from "node:events";
import { readFile, readdir, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import type { Server } from "node:net";

/** A port of 127.0.0.1 that nobody listens on at this moment; another may take it before its caller does. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await closed(server);
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has an address with a port");
  return address.port;
}

/** Whether a server can not listen on this port of 127.0.0.1, because another does. */
export async function isPortTaken(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return true;
  }
  await closed(server);
  return false;
}

/**
 * Whether the process `pid` itself listens on `port`. An answer on the port alone proves nothing: where another
 * process was faster, it is that one's. Reads Linux's /proc; false for a process that is gone.
 */
export async function listensOn(pid: number, port: number): Promise<boolean> {
  try {
    const inodes = await listeningInodes(pid, port);
    if (inodes.size === 0) return false;
    for (const descriptor of await readdir(`/proc/${pid}/fd`)) {
      // A descriptor may be closed between the listing and the look at it.
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      if (inodes.has(target)) return true;
    }
    return false;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}

const listening = "0A";

/** The sockets, as `socket:[1234]`, that listen on the port in the network of the process. */
async function listeningInodes(pid: number, port: number): Promise<Set<string>> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  // Java listens on IPv6 sockets for IPv4 too. Without IPv6 in the kernel there is no second table.
  const tables = [
    await readFile(`/proc/${pid}/net/tcp`, "utf8"),
    await readFile(`/proc/${pid}/net/tcp6`, "utf8").catch(() => ""),
  ];
  // Columns: number, local address, remote address, state ... and the inode as the tenth.
  const sockets = tables
    .flatMap((table) => table.split("\n").map((line) => line.trim().split(/\s+/)))
    .filter(([, local, , state]) => state === listening && local?.endsWith(suffix) === true);
  return new Set(sockets.map((columns) => `socket:[${columns[9]}]`));
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
}
