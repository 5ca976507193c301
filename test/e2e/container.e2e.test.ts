/** The image of the Dockerfile, as far as it can be proved without Docker: the same files in a folder of their own, started in the same way. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, secret, tokenOf } from "../server/auth/support/tokens.js";
import { startTestEngine } from "../support/engine.js";
import type { TestEngine } from "../support/engine.js";

const root = new URL("../../", import.meta.url).pathname;

interface Stage {
  readonly copies: readonly { readonly from: string | undefined; readonly paths: readonly string[] }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly json: (instruction: string) => readonly string[] | undefined;
  readonly text: string;
}

/** The last stage of the Dockerfile: what is in the image. */
async function readStage(): Promise<Stage> {
  const file = (await readFile(join(root, "Dockerfile"), "utf8")).replaceAll("\\\n", " ");
  const text = file.slice(file.lastIndexOf("\nFROM "));
  const lines = text.split("\n");
  return {
    text,
    copies: lines
      .filter((line) => line.startsWith("COPY "))
      .map((line) => {
        const [, from, paths = ""] = /^COPY (?:--from=(\S+) )?(.+)$/.exec(line) ?? [];
        return { from, paths: paths.split(" ") };
      }),
    environment: Object.fromEntries(
      lines
        .filter((line) => line.startsWith("ENV "))
        .flatMap((line) => line.slice(4).split(" "))
        .map((pair) => pair.split("=", 2)),
    ) as Record<string, string>,
    json: (instruction) => {
      const [, array] = new RegExp(`(?:^|\\n)${instruction}[^\\[\\n]*(\\[.*\\])`).exec(text) ?? [];
      return array === undefined ? undefined : (JSON.parse(array) as readonly string[]);
    },
  };
}

/** Where packages lie that are there when neither those for development nor optional ones are installed. */
async function productionPackages(): Promise<readonly string[]> {
  const { packages } = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<
      Record<string, { readonly dev?: true; readonly optional?: true; readonly devOptional?: true }>
    >;
  };
  return (
    Object.entries(packages)
      .filter(([path, kind]) => path !== "" && !kind.dev && !kind.optional && !kind.devOptional)
      .map(([path]) => path)
      // What is within a package comes with its folder.
      .filter((path) => path.lastIndexOf("node_modules/") === 0)
  );
}

let stage: Stage;
let folder: string;
let engine: TestEngine;
let server: ChildProcess;
let url: string;

const variables = () => ({
  PATH: process.env["PATH"],
  ...stage.environment,
  PORT: "0",
  DATA_DIR: join(folder, "tmp"),
  DYNAMODB_ENDPOINT: engine.engine.endpoint,
  AUTH_SECRET: secret,
  LOG_LEVEL: "warn",
  // What is linked is looked for from where the link is: a package that is not in the image is not found.
  NODE_OPTIONS: "--preserve-symlinks --preserve-symlinks-main",
});

beforeAll(async () => {
  stage = await readStage();
  folder = await mkdtemp(join(tmpdir(), "opsledger-image-"));
  [engine] = await Promise.all([startTestEngine(), layOut()]);
  const [command = "", ...args] = stage.json("CMD") ?? [];
  server = spawn(command, args, { cwd: folder, env: variables(), stdio: ["ignore", "pipe", "inherit"] });
  url = await addressIn(server);
});

afterAll(async () => {
  server.kill("SIGKILL");
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** Links everything that the image's COPY instructions name to where they put it. */
async function layOut(): Promise<void> {
  const link = async (from: string, to: string) => {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await symlink(join(root, from), join(folder, to));
  };
  for (const { from, paths } of stage.copies) {
    const [sources, target = ""] = [paths.slice(0, -1), paths.at(-1)];
    if (from === "packages") for (const path of await productionPackages()) await link(path, path);
    else if (from === "build") for (const path of sources) await link(path.replace("/app/", ""), target);
    else for (const path of sources) await link(path, join(target, path));
  }
}

/** Where it says that it listens, on this machine. */
async function addressIn({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("the server's output is not read");
  for await (const line of createInterface({ input: stdout })) {
    const [, port] = /GraphQL +http:\/\/[^ ]+:(\d+)\/graphql/.exec(line) ?? [];
    if (port !== undefined) return `http://127.0.0.1:${port}`;
  }
  throw new Error("the server has ended");
}

describe("the image", () => {
  it("runs as nobody of power, stops by SIGTERM, and is started without a shell between", () => {
    expect(stage.text).toMatch(/^USER node$/m);
    expect(stage.text).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(stage.json("CMD")?.[0]).toBe("node");
  });

  it("is made of what .dockerignore lets in, and of nothing else in this folder", async () => {
    const lines = (await readFile(join(root, ".dockerignore"), "utf8")).split("\n");
    const file = await readFile(join(root, "Dockerfile"), "utf8");
    const copied = [...file.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) => paths.split(" "));
    const admitted = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    expect(lines).toContain("*");
    expect(admitted.toSorted()).toEqual([...new Set(copied)].toSorted());
  });

  it("starts, is well by its own check, and asks callers who they are", async () => {
    const [command = "", ...args] = stage.json("HEALTHCHECK") ?? [];
    const check = spawn(command, args, { env: { ...variables(), PORT: new URL(url).port } });
    expect(await once(check, "exit")).toEqual([0, null]);
    const ask = async (headers: Record<string, string>) =>
      fetch(`${url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query: "{ __typename }" }),
      });
    expect((await ask({})).status).toBe(401);
    const token = await tokenOf({ claims: { roles: ["VIEWER"], projects: "*" } });
    expect(await (await ask(bearer(token))).json()).toEqual({ data: { __typename: "Query" } });
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });
});
