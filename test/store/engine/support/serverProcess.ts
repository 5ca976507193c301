/** The engine module in a process of its own, which a test can kill: its sources, stripped of their types. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import ts from "typescript";

const project = join(import.meta.dirname, "..", "..", "..", "..");

/** Writes the module as JavaScript into `folder`, and returns the folder to import from. */
export async function compileEngineModule(folder: string): Promise<string> {
  const engineFiles = (await readdir(join(project, "src/store/engine"))).map((name) => `store/engine/${name}`);
  for (const file of [...engineFiles, "config/loopback.ts"]) {
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await compile(join(project, "src", file)));
  }
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await symlink(join(project, "node_modules"), join(folder, "node_modules"));
  return folder;
}

async function compile(path: string): Promise<string> {
  const { outputText } = ts.transpileModule(await readFile(path, "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  return outputText;
}

export interface ScriptProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The next line that the script prints. */
  line(): Promise<string>;
}

/** Runs an ES module script in `folder`, in a process group of its own, as a shell runs a command. */
export async function runScript(folder: string, script: string, ...args: string[]): Promise<ScriptProcess> {
  const path = join(folder, `script-${crypto.randomUUID()}.js`);
  await writeFile(path, script);
  const child = spawn(process.execPath, [path, ...args], { detached: true, stdio: ["pipe", "pipe", "inherit"] });
  await once(child, "spawn");
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new TypeError("a spawned process has an id and an output");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    child,
    pid,
    line: async () => {
      const { value } = (await lines.next()) as IteratorResult<string, undefined>;
      if (value === undefined) throw new Error("the script ended");
      return value;
    },
  };
}

/** Kills the process as nothing can prevent, and resolves when it is gone. */
export async function killHard({ child }: ScriptProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
