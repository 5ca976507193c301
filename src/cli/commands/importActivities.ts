/** `opsledger import-activities`: facts from a file, through the same API that everybody uses. */
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { present } from "../../domain/kernel/present.js";
import { describeFields, parseMapping } from "../activities/columns.js";
import type { Fact } from "../activities/fact.js";
import { importFacts } from "../activities/importFacts.js";
import type { ImportCounts, ImportDeps } from "../activities/importFacts.js";
import { openSource } from "../activities/lines.js";
import { createRetrying } from "../activities/retrying.js";
import { formats } from "../activities/rows.js";
import type { Format, Rejection } from "../activities/rows.js";
import { connect } from "../connection.js";
import { ImportActivitiesDocument } from "../generated/operations.js";
import type { GraphQLClient } from "../graphqlClient.js";
import { createProgress, interruptible } from "../progress.js";
import { counted } from "../text.js";

export interface ImportActivitiesOptions {
  /** @default by the name of the file */
  readonly format?: string;
  /** What stands between columns. @default a comma */
  readonly delimiter?: string;
  /** `column=field`, each. */
  readonly map?: readonly string[];
  /** Source of facts that name none. @default import */
  readonly source?: string;
  /** Where rejected lines go. @default the file's name and `.rejected.jsonl` */
  readonly rejected?: string;
  readonly dryRun?: boolean;
  /** Who calls, where the server asks for it. */
  readonly token?: string;
}

export const importActivitiesHelp = `
The first line of a CSV file names its columns:
${describeFields()}
A JSON lines file has an object with these on each line. Importing a file again doubles nothing.`;

/** @throws Error where lines were rejected, the file cannot be read, or the server cannot be reached. */
export async function importActivities(path: string, options: ImportActivitiesOptions): Promise<void> {
  const format = parseFormat(path, options.format);
  const mapping = parseMapping(options.map ?? []);
  const delimiter = parseDelimiter(options.delimiter ?? ",");
  const rejectedTo = options.rejected ?? `${path === "-" ? "activities" : path}.rejected.jsonl`;
  if (resolve(rejectedTo) === resolve(path)) throw new Error("--rejected must not be the file itself");
  const source = await openSource(path);
  const rejections = createRejectionFile(rejectedTo);
  const progress = createProgress("lines", { quiet: false });
  const connection = options.dryRun === true ? undefined : await connect(process.env, options.token);
  try {
    console.error(
      connection === undefined
        ? `Looking through ${source.name}`
        : `Recording ${source.name} in ${connection.description}`,
    );
    await rejections.begin();
    const counts = await interruptible("run it again to go on: what was recorded is not recorded twice", (signal) => {
      const deps: ImportDeps = {
        source,
        rows: { format, delimiter, mapping },
        factSource: options.source ?? "import",
        record: connection && createRetrying({ record: createRecord(connection.client), signal, onWait: warn }),
        onRejected: (rejection) => rejections.add(rejection),
        onProgress: ({ line, rejected }) => progress.show(line, source.lines, `${rejected} rejected`),
        signal,
      };
      return importFacts(deps);
    });
    progress.stop();
    await rejections.close();
    report(counts, { isDry: connection === undefined, rejectedTo });
  } finally {
    progress.stop();
    await rejections.close();
    await connection?.close();
    await source.close();
  }
}

const warn = (why: string) => console.error(`\n  waiting: ${why}`);

function createRecord(client: GraphQLClient) {
  const actor = userInfo().username;
  return async (facts: readonly Fact["input"][]) => {
    const activities = facts.map((fact) => present(fact));
    const { recordActivities } = await client.run(ImportActivitiesDocument, { input: { activities } }, actor);
    const [error] = recordActivities.errors;
    if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
    return recordActivities.results;
  };
}

function parseFormat(path: string, given: string | undefined): Format {
  const named =
    given ?? (/\.(jsonl|ndjson)$/i.test(path) ? "jsonl" : /\.(csv|tsv|txt)$/i.test(path) ? "csv" : undefined);
  const format = formats.find((one) => one === named);
  if (format === undefined) {
    const what =
      given === undefined ? `the name of ${path === "-" ? "standard input" : path} does not say it` : `not ${given}`;
    throw new Error(`--format takes ${formats.join(" or ")}; ${what}`);
  }
  return format;
}

function parseDelimiter(given: string): string {
  const delimiter = given === "\\t" ? "\t" : given;
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) throw new Error("--delimiter takes one character, or \\t");
  return delimiter;
}

/** A file that is there only where something was rejected. */
function createRejectionFile(path: string) {
  // Several lines may be rejected at the same time; the file is opened once.
  let file: Promise<FileHandle> | undefined;
  return {
    /** What an earlier import has left would be taken for this one's. */
    begin: () => rm(path, { force: true }),
    async add(rejection: Rejection): Promise<void> {
      file ??= open(path, "w");
      await (await file).appendFile(`${JSON.stringify(rejection)}\n`);
    },
    close: async () => {
      const opened = file;
      file = undefined;
      await (await opened)?.close();
    },
  };
}

function report(
  { recorded, repeated, rejected }: ImportCounts,
  { isDry, rejectedTo }: { readonly isDry: boolean; readonly rejectedTo: string },
): void {
  console.log(
    isDry
      ? `${counted(recorded, "fact")} could be recorded. Whether the server knows kinds and types was not asked.`
      : `${counted(recorded, "fact")} recorded, ${repeated} known from before.`,
  );
  if (rejected > 0) throw new Error(`${counted(rejected, "line")} rejected: see ${rejectedTo}`);
}
