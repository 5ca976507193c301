/** `opsledger archive` and `opsledger restore-incident`: incidents that ended long ago go to the archive, are proved there, and come back. */
import type { Config } from "../../config/config.js";
import { comesBackAtOnce, incidentCategory, toReference } from "../../domain/incidents/index.js";
import type { IncidentReadModel } from "../../domain/incidents/index.js";
import { toStreamName } from "../../domain/kernel/index.js";
import type { Actor } from "../../domain/kernel/index.js";
import { readUuid } from "../../domain/kernel/text.js";
import { createArchiving } from "../../server/archiving.js";
import type { Archiving } from "../../server/archiving.js";
import { codec, systemClock, uuidIds } from "../../server/ledger.js";
import { createObjectStores, isFolderBesideTables } from "../../server/objectStores.js";
import { requireNoImport } from "../../store/proofs/importMarker.js";
import { interruptible } from "../progress.js";
import { connectToStore } from "../storeConnection.js";
import type { StoreConnection } from "../storeConnection.js";
import { counted } from "../text.js";

export interface ArchiveCommandOptions {
  readonly olderThan?: string | undefined;
  /** @default as many as the archiver takes in one run */
  readonly limit?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly verify?: boolean | undefined;
  /** The object store is a folder that the servers of these tables share. */
  readonly intoFolder?: boolean | undefined;
}

const operator: Actor = { kind: "SYSTEM", id: "cli" };

/** @throws Error where an incident could not be archived, or an archive is not what it must be: the command ends with 1. */
export async function archive(options: ArchiveCommandOptions): Promise<void> {
  requireOneThing(options);
  const olderThan = options.olderThan === undefined ? undefined : wholeNumber(options.olderThan, "--older-than");
  const limit = options.limit === undefined ? undefined : wholeNumber(options.limit, "--limit");
  if (limit === 0) throw new Error("--limit must be 1 or more");
  await withArchive(async (archiving, { config, description }) => {
    if (options.intoFolder !== true) requireSharedObjects(config, description);
    if (options.verify === true) {
      console.error(`Verifying the archive of ${description}`);
      return verify(archiving);
    }
    const olderThanDays = olderThan ?? config.archiveAfterDays;
    if (olderThan === undefined && olderThanDays === 0)
      throw new Error("ARCHIVE_AFTER_DAYS is 0, so nothing goes to the archive by itself; say --older-than <days>");
    console.error(`Archiving incidents of ${description} that ended ${counted(olderThanDays, "day")} ago or more`);
    return run(archiving, { olderThanDays, limit, dryRun: options.dryRun ?? false });
  });
}

/** `named`: an incident's reference, such as INC-12, or its id. */
export async function restoreIncident(
  named: string,
  { reason }: { readonly reason?: string | undefined },
): Promise<void> {
  await withArchive(async ({ commands, readModel }) => {
    const incidentId = await find(readModel, named);
    const { before, states, events } = await commands.handle(
      [
        {
          streamId: toStreamName(incidentCategory, incidentId),
          command: { type: "RestoreIncident", ...(reason === undefined ? {} : { reason }) },
        },
      ],
      { actor: operator, correlationId: uuidIds.next() },
    );
    const restored = events.some((own) => own.length > 0);
    console.log(restored ? `${named} is back.` : `${named} is not in the archive.`);
    const isWhole = before.every((was, index) => comesBackAtOnce(was, states[index] ?? was));
    if (!isWhole) console.log("The rest of its rows comes within seconds, where a server runs.");
  });
}

async function withArchive(work: (archiving: Archiving, connection: StoreConnection) => Promise<void>): Promise<void> {
  const connection = await connectToStore(process.env);
  try {
    await requireNoImport(connection.db);
    const stores = await createObjectStores(connection.config);
    try {
      const objects = stores.archiveObjects;
      await work(createArchiving({ db: connection.db, codec, objects, clock: systemClock, ids: uuidIds }), connection);
    } finally {
      stores.close();
    }
  } finally {
    await connection.close();
  }
}

async function run(
  { archiver }: Archiving,
  options: { readonly olderThanDays: number; readonly limit: number | undefined; readonly dryRun: boolean },
): Promise<void> {
  const would = options.dryRun ? " would be" : "";
  const { archived, skipped, failures } = await interruptible("run the same command again", (signal) =>
    archiver.run({
      ...options,
      signal,
      onArchived: ({ number, title }, objectKey) =>
        console.log(`${toReference(number)}  ${title}  ${objectKey}`.trimEnd()),
    }),
  );
  for (const { incident, cause } of failures) console.log(`${incident} is not archived: ${messageOf(cause)}`);
  console.log(`${counted(archived, "incident")}${would} archived.`);
  if (skipped > 0) console.log(`${counted(skipped, "incident")} changed meanwhile; the next run looks at them again.`);
  if (failures.length > 0) throw new Error(`${counted(failures.length, "incident")} could not be archived`);
}

async function verify({ archiver }: Archiving): Promise<void> {
  let [sound, problems] = [0, 0];
  await interruptible("run the same command again", async (signal) => {
    for await (const one of archiver.verify({ signal })) {
      if (!("problem" in one)) {
        sound += 1;
        continue;
      }
      problems += 1;
      console.log(`${toReference(one.archived.number)}: ${one.problem}`);
    }
  });
  console.log(`${counted(sound + problems, "archive")}, ${counted(problems, "problem")}.`);
  if (problems > 0) throw new Error(`${counted(problems, "archive")} cannot be relied on`);
}

/** @throws Error where there is no such incident, in the view or the archive. */
async function find(
  readModel: Pick<IncidentReadModel, "findByNumber" | "getIncidents" | "getArchived">,
  named: string,
): Promise<string> {
  const number = /^INC-([1-9][0-9]{0,14})$/i.exec(named)?.[1];
  const [found] = number === undefined ? [readUuid(named)] : await readModel.findByNumber([Number(number)]);
  const isThere =
    found !== undefined &&
    [await readModel.getIncidents([found]), await readModel.getArchived([found])]
      .flat()
      .some((row) => row !== undefined);
  if (!isThere) throw new Error(`there is no incident ${named}`);
  return found;
}

/** @throws Error where options say different things. */
function requireOneThing({ verify: proves, olderThan, limit, dryRun }: ArchiveCommandOptions): void {
  const others = { "--older-than": olderThan, "--limit": limit, "--dry-run": dryRun };
  const [other] = Object.entries(others).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (proves === true && other !== undefined)
    throw new Error(`--verify archives nothing, so ${other} says nothing there`);
}

/** @throws Error where archives would be in a folder of this machine, while others have the tables. */
function requireSharedObjects(config: Config, description: string): void {
  if (!isFolderBesideTables(config) || config.objectStore.kind !== "folder") return;
  throw new Error(
    `The tables are ${description}, but archives would be in ${config.objectStore.folder}, where other machines do not find them. ` +
      "Say where they are as the servers are told (OBJECT_STORE=s3, OBJECT_BUCKET, ARCHIVE_BUCKET), or, where this folder is one that " +
      "they share, --into-folder.",
  );
}

function wholeNumber(text: string, option: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`${option} must be a whole number`);
  return Number(text);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
