/** What to do about a table that is not as declared, in a few words with the command. */
import type { TableDifference } from "../store/dynamodb/tableDifferences.js";
import type { TableName } from "../store/tables.js";

export interface RemedyOptions {
  /** Whether the tables are those of a deployment to AWS, which its stacks change. */
  readonly isDeployed: boolean;
}

const guide = "docs/guides/migrations.md";

/** `declaredAs`: the table as it is declared, absent where it is not. */
export function remedyFor(
  { table, aspect, index, is, declaredAs }: TableDifference & { readonly declaredAs?: TableName },
  { isDeployed }: RemedyOptions,
): string {
  const change = (elsewhere: string) => (isDeployed ? "cdk deploy" : elsewhere);
  const place = `${declaredAs ?? table}/${index ?? ""}`;
  switch (aspect) {
    case "table":
      if (declaredAs === undefined) return "delete it, if nothing needs it: no declared table has this name";
      return change("opsledger tables --create, or start a server");
    case "partition key":
    case "sort key":
      return `keys never change: make another table from the log (${guide}, "Split a table")`;
    case "index":
      return is === "absent"
        ? change(`opsledger tables --add-index ${place}`)
        : change(`opsledger tables --drop-index ${place}, once no server reads it`);
    case "index partition key":
    case "index sort key":
    case "index projection":
      return `an index never changes: declare it under another name (${guide}, "Change an index")`;
    case "index status":
    case "status":
      return "wait: it changes by itself";
    case "time to live":
      return is === "absent"
        ? change("opsledger tables --create, or start a server")
        : change("switch it off with aws dynamodb update-time-to-live, then opsledger tables --create");
    case "stream":
      return change("aws dynamodb update-table --stream-specification");
    default:
      return change("aws dynamodb update-table");
  }
}
