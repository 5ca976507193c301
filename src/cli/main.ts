/** `npm run opsledger -- <command>`. */
import { Command } from "commander";
import { archive, restoreIncident } from "./commands/archive.js";
import type { ArchiveCommandOptions } from "./commands/archive.js";
import { listCredentials, removeCredential, setCredential } from "./commands/credentials.js";
import type { SetCredentialOptions } from "./commands/credentials.js";
import { exportLedger } from "./commands/export.js";
import { feed } from "./commands/feed.js";
import type { FeedCommandOptions } from "./commands/feed.js";
import { generate } from "./commands/generate.js";
import { importFile } from "./commands/import.js";
import { importActivities, importActivitiesHelp } from "./commands/importActivities.js";
import type { ImportActivitiesOptions } from "./commands/importActivities.js";
import { listDeadLetters, listProcessors, retryDeadLetter, skipDeadLetter } from "./commands/operate.js";
import { rebuild } from "./commands/rebuild.js";
import type { RebuildCommandOptions } from "./commands/rebuild.js";
import { replay } from "./commands/replay.js";
import { restore } from "./commands/restore.js";
import { seed } from "./commands/seed.js";
import { tables } from "./commands/tables.js";
import type { TablesCommandOptions } from "./commands/tables.js";
import { makeToken } from "./commands/token.js";
import type { TokenOptions } from "./commands/token.js";
import { listFailedTimers, retryTimer } from "./commands/timers.js";
import { verify } from "./commands/verify.js";
import type { VerifyCommandOptions } from "./commands/verify.js";
import { work } from "./commands/worker.js";
import type { WorkerOptions } from "./commands/worker.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const program = new Command("opsledger").description(
  "Tools for an Opsledger ledger. They use the server that runs on DATA_DIR, or the data itself.",
);

program
  .command("seed")
  .description("Load example incidents, projects, students, tutors and research requests; a second run adds nothing")
  .option("--token <token>", "who calls, where the server asks for it; default: OPSLEDGER_TOKEN")
  .action((options: { token?: string }) => seed(options));
program
  .command("token")
  .description("Make a token with AUTH_SECRET, for trying things out")
  .requiredOption("--sub <id>", "who the token speaks for")
  .option("--roles <roles>", "comma between: VIEWER, RESPONDER, WORKER, OPERATOR, ADMIN", "VIEWER")
  .option("--projects <names>", "services and projects, comma between; * for all; default: by role")
  .option("--expires <duration>", "how long it is good for, such as 30m, 8h or 7d", "8h")
  .action(async (options: TokenOptions) => console.log(await makeToken(options, process.env)));
const tokenOption = ["--token <token>", "who calls, where the server asks for it; default: OPSLEDGER_TOKEN"] as const;
program
  .command("processors")
  .description("Show the processors behind the change feed: lag, holder, dead letters")
  .option(...tokenOption)
  .action(listProcessors);
const deadLetters = program
  .command("dead-letters")
  .description("Streams that a processor has parked, as it could not go on with them");
deadLetters
  .command("list", { isDefault: true })
  .description("List them")
  .option("--processor <name>", "only those of one processor")
  .option(...tokenOption)
  .action(listDeadLetters);
deadLetters
  .command("retry")
  .description("Try the event again, and go on where it succeeds")
  .argument("<processor>", "its name")
  .argument("<stream>", "the stream that it has parked")
  .option(...tokenOption)
  .action(retryDeadLetter);
deadLetters
  .command("skip")
  .description("Leave the event out, and go on behind it")
  .argument("<processor>", "its name")
  .argument("<stream>", "the stream that it has parked")
  .requiredOption("--reason <text>", "why it can be left out; it goes to the audit log")
  .option(...tokenOption)
  .action(skipDeadLetter);
const timers = program.command("timers").description("Work that was due and failed until it was given up on");
timers.command("list", { isDefault: true }).description("List it").action(listFailedTimers);
timers
  .command("retry")
  .description("Run it again")
  .argument("<timer>", "its id, as `timers list` shows it")
  .action(retryTimer);
program
  .command("verify")
  .description(
    "Prove that the log is whole and unaltered, and that every row, record and place in the feed is what it says",
  )
  .option("--stream <id>", "only this stream, such as Incident-<id>")
  .option("--resume", "go on where the last run was stopped")
  .option("--json", "print one JSON object, and no progress")
  .option("--expect <digest>", "fail unless the ledger has this digest")
  .action((options: VerifyCommandOptions) => verify(options));
program
  .command("rebuild")
  .description("Make the rows of a view what the log says, while the server runs")
  .argument("<view>", "a table of views, such as aegis-incidents, or an async view, such as incident-counts")
  .option("--rate <number>", "rows (of an async view: events) for each second, at most", "500")
  .option("--resume", "go on where the last run was stopped")
  .option("--dry-run", "say what would be written")
  .action((view: string, options: RebuildCommandOptions) => rebuild(view, options));
program
  .command("archive")
  .description("Move incidents that ended long ago to the archive, or prove what is there")
  .option("--older-than <days>", "days since they ended; default: ARCHIVE_AFTER_DAYS")
  .option("--limit <number>", "incidents at most; default: 500")
  .option("--dry-run", "say which, and do nothing")
  .option("--verify", "prove every archive against itself and the log, and archive nothing")
  .option("--into-folder", "the tables are elsewhere, and DATA_DIR/objects is a folder that their servers share")
  .action((options: ArchiveCommandOptions) => archive(options));
program
  .command("restore-incident")
  .description("Bring an incident back from the archive")
  .argument("<incident>", "its reference, such as INC-12, or its id")
  .option("--reason <text>", "why")
  .action((incident: string, options: { reason?: string }) => restoreIncident(incident, options));
program
  .command("replay")
  .description("Hand a policy or the publisher all events again from a position on")
  .argument("<processor>", "its name, as `processors` shows it")
  .requiredOption("--from <position>", "`beginning`, or the cursor of an event")
  .action(replay);
program
  .command("restore")
  .description("Make everything else of a ledger from its log, after domain-events came back from a backup")
  .action(restore);
program
  .command("feed")
  .description("Feed from the log what the change feed lacks, after the feeder function has given a record up")
  .option("--stream <id>", "only this stream, such as Incident-<id>")
  .option("--all", "compare the whole log with the feed")
  .action((options: FeedCommandOptions) => feed(options));
program
  .command("export")
  .description("Write the log with its positions to a file of JSON lines, while the server runs")
  .requiredOption("--to <file>", "compressed where the name ends in .gz")
  .action((options: { to: string }) => exportLedger(options));
program
  .command("import")
  .description("Read an export into an empty ledger, with the same positions")
  .requiredOption("--from <file>", "the file; an import that was stopped goes on")
  .action((options: { from: string }) => importFile(options));
program
  .command("import-activities")
  .description(
    "Record the facts of a CSV or JSON lines file, a hundred at a time; what is wrong with a line is reported",
  )
  .argument("<file>", "the file, or - for standard input")
  .option("--format <format>", "csv or jsonl; default: by the name of the file")
  .option("--delimiter <character>", "what stands between the columns of a CSV file, or \\t", ",")
  .option(
    "--map <column=field>",
    "what a column is where its name does not say it; nothing behind = leaves it out; may be given several times",
    (pair: string, pairs: readonly string[]) => [...pairs, pair],
    [] as readonly string[],
  )
  .option("--source <name>", "where facts come from that do not say it", "import")
  .option("--rejected <file>", "where lines go that are not taken; default: <file>.rejected.jsonl")
  .option("--dry-run", "only look at the form of the lines; no server is needed")
  .option(...tokenOption)
  .addHelpText("after", importActivitiesHelp)
  .action((file: string, options: ImportActivitiesOptions) => importActivities(file, options));
program
  .command("worker")
  .description("Work on research requests: claim them, read their sources, report; Ctrl-C gives back what is not done")
  .option("--url <url>", "the server, such as http://127.0.0.1:4000/graphql; default: the one that runs on DATA_DIR")
  .option("--types <types>", "types of requests, comma between; default: all")
  .option("--concurrency <number>", "requests in hand at a time", "2")
  .option("--strategy <strategy>", "table, or sqs: hears of requests by the queue of RESEARCH_QUEUE_URL", "table")
  .option("--lease-seconds <number>", "after so long without a word others take over", "60")
  .option("--once", "end when nothing is left to be claimed")
  .option(...tokenOption)
  .action((options: WorkerOptions) => work(options));
const credentials = program
  .command("credentials")
  .description(
    "What sessions sign in to services with, in the encrypted file of DATA_DIR; a server that runs sees changes",
  );
credentials
  .command("set")
  .description("Store a JSON object, from standard input unless --file is given; what was there is replaced")
  .argument("<name>", "whose it is, a slash, and a name, such as user123/gmail")
  .option("--file <file>", "where it is read from")
  .option("--service <type>", "refuse it where it is no credential of this service, such as gmail")
  .action(async (name: string, options: SetCredentialOptions) =>
    console.log(await setCredential(name, options, { environment: process.env, input: process.stdin })),
  );
credentials
  .command("list", { isDefault: true })
  .description("List their names, and when each was set; no content")
  .action(async () => console.log(await listCredentials(process.env)));
credentials
  .command("remove")
  .description("Take one away")
  .argument("<name>", "such as user123/gmail")
  .action(async (name: string) => console.log(await removeCredential(name, process.env)));
program
  .command("tables")
  .description("List the tables, their keys and indexes; or compare and change those that are there")
  .option("--diff", "compare those that are there with these; ends with 0: the same, 1: not, 2: cannot be said")
  .option("--json", "with --diff: print one JSON object")
  .option("--create", "create those that are absent")
  .option("--add-index <table/index>", "add an index to a table that is in use, and wait until it can be read")
  .option("--drop-index <table/index>", "drop an index that is not declared any more")
  .action(async (options: TablesCommandOptions) => void (process.exitCode = await tables(options, process.env)));
program
  .command("generate")
  .description("Write schema.graphql and the references in docs/reference")
  .argument("[folder]", "the project's folder", ".")
  .action(generate);

try {
  await program.parseAsync();
  // With the code that the command has set; else with 0.
  process.exit();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
