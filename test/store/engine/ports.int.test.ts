/** Loopback ports: free, taken, and whose. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { findFreePort, isPortTaken, listensOn } from "../../../src/store/engine/ports.js";

async function listen(host: string): Promise<number> {
  const port = await findFreePort();
  const server = createServer().listen(port, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return port;
}

it("finds a port that a server can take", async () => {
  const port = await findFreePort();
  expect(await isPortTaken(port)).toBe(false);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
});

it("sees that a port is taken", async () => {
  expect(await isPortTaken(await listen("127.0.0.1"))).toBe(true);
});

it("knows a listener of this process, on IPv4 and on IPv6", async () => {
  expect(await listensOn(process.pid, await listen("127.0.0.1"))).toBe(true);
  expect(await listensOn(process.pid, await listen("::"))).toBe(true);
  expect(await listensOn(process.pid, await findFreePort())).toBe(false);
});

it("does not take another process's listener for one of the process asked about", async () => {
  const port = await listen("127.0.0.1");
  const other = spawn("/bin/sleep", ["60"], { stdio: "ignore" });
  const exited = once(other, "exit");
  await once(other, "spawn");
  const pid = other.pid ?? 0;
  expect(await listensOn(pid, port)).toBe(false);
  other.kill();
  await exited;
  expect(await listensOn(pid, port)).toBe(false);
});
