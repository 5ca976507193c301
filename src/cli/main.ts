/** `npm run opsledger -- <command>`. */
import { Command } from "commander";
import { generate } from "./commands/generate.js";
import { seed } from "./commands/seed.js";
import { listTables } from "./commands/tables.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const program = new Command("opsledger").description(
  "Tools for an Opsledger ledger. They use the server that runs on DATA_DIR, or the data itself.",
);

program.command("seed").description("Load example incidents; a second run adds nothing").action(seed);
program.command("tables").description("List the tables, their keys and indexes").action(listTables);
program
  .command("generate")
  .description("Write schema.graphql and the references in docs/reference")
  .argument("[folder]", "the project's folder", ".")
  .action(generate);

try {
  await program.parseAsync();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
