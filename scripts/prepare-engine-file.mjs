// Writes src/store/engine/preparedFile.ts: the database file that the embedded engine starts on. `--check` only compares.
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import initSqlJs from "sql.js";

const target = new URL("../src/store/engine/preparedFile.ts", import.meta.url);

// The engine numbers a stream record by the greatest number of its table, which without the index is a walk over
// every record kept. It never trims either; the trigger keeps the last 20,000 of each table. It counts per table,
// not over the file: where all records of a table went, the engine would number its next one 1 again.
const statements = `
CREATE TABLE _stream_records (id INTEGER PRIMARY KEY AUTOINCREMENT,table_name TEXT NOT NULL,event_name TEXT NOT NULL,keys_json TEXT NOT NULL,new_image TEXT,old_image TEXT,sequence_number TEXT NOT NULL,shard_id TEXT NOT NULL,created_at INTEGER NOT NULL,user_identity TEXT);
CREATE INDEX ix_sr_seq ON _stream_records(table_name, CAST(sequence_number AS INTEGER));
CREATE TRIGGER trg_sr_trim AFTER INSERT ON _stream_records WHEN CAST(NEW.sequence_number AS INTEGER) % 256 = 0 BEGIN DELETE FROM _stream_records WHERE table_name = NEW.table_name AND CAST(sequence_number AS INTEGER) <= CAST(NEW.sequence_number AS INTEGER) - 20000; END;
`;

async function buildDatabase() {
  const { Database } = await initSqlJs();
  const database = new Database();
  database.run(statements);
  return Buffer.from(database.export());
}

function toModule(database) {
  return [
    "/** The database file that the embedded engine starts on, made by scripts/prepare-engine-file.mjs; see preparedDatabase.ts. */",
    "",
    "/** A SQLite file, gzipped, in base64. */",
    "export const preparedFile =",
    `  "${gzipSync(database, { level: 9 }).toString("base64")}";`,
    "",
  ].join("\n");
}

// Compared unpacked: compressors of two Node versions need not agree, the database must.
async function isCurrent(database) {
  const text = await readFile(target, "utf8").catch(() => "");
  const packed = /"([A-Za-z0-9+/=]+)";/.exec(text)?.[1];
  return packed !== undefined && gunzipSync(Buffer.from(packed, "base64")).equals(database);
}

const database = await buildDatabase();
if (process.argv.includes("--check")) {
  if (!(await isCurrent(database))) {
    console.error("src/store/engine/preparedFile.ts is not what scripts/prepare-engine-file.mjs makes; run it");
    process.exitCode = 1;
  }
} else {
  await writeFile(target, toModule(database));
}
