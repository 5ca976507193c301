/** Dynoxide, the embedded engine: a native program from npm, on a database file that is prepared for it. */
import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { EngineProgram } from "./engineProgram.js";
import { NoEngineError } from "./errors.js";
import { writePreparedDatabase } from "./preparedDatabase.js";

/** Where the program is. */
export interface DynoxideBinary {
  readonly path: string;
  readonly version: string;
}

/**
 * Finds the program among the installed packages.
 * @param resolve as `require.resolve`: throws where there is no such file.
 * @throws NoEngineError where the package for this platform is not installed.
 */
export async function findDynoxide(
  resolve: (file: string) => string = createRequire(import.meta.url).resolve,
): Promise<DynoxideBinary> {
  try {
    const path = resolve("@dynoxide/linux-x64/dynoxide");
    const { version } = JSON.parse(await readFile(join(dirname(path), "package.json"), "utf8")) as { version: string };
    return { path, version };
  } catch (cause) {
    throw new NoEngineError(
      `the embedded engine (npm package @dynoxide/linux-x64) is not installed; this machine is ${process.platform}-${process.arch}`,
      { cause },
    );
  }
}

/** The database file of a data folder. */
export function dynoxideFile(dataDir: string): string {
  return join(dataDir, "dynoxide.db");
}

export function dynoxideProgram({ path, version }: DynoxideBinary, dataDir: string): EngineProgram {
  const database = dynoxideFile(dataDir);
  return {
    kind: "dynoxide",
    name: `Dynoxide ${version}`,
    program: path,
    argsFor: (port) => ["serve", "--host", "127.0.0.1", "--port", String(port), "--db-path", database],
    readyStatus: 200,
    startMilliseconds: 30_000,
    prepareFile: async () =>
      (await exists(database)) ? undefined : { from: await writePreparedDatabase(database), to: database },
    deletesExpiredItems: false,
    contiguousSequenceNumbers: true,
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
