/** Which column of a file says what of a fact. */
import { aligned } from "../text.js";

/** What a fact can have, and the column that it is in where nobody says otherwise; also in camel case. */
export const fields = {
  entityId: { column: "entity_id", is: "whom it is about, such as stu_4532" },
  kind: { column: "kind", is: "such as session" },
  value: { column: "value", is: "a number, for kinds that have one, such as a rating" },
  occurredAt: { column: "occurred_at", is: "when it happened, RFC 3339 with a zone; absent: now" },
  groups: { column: "groups", is: "ids of subjects, regions and the like, with ; between" },
  source: { column: "source", is: "where it comes from; absent: what --source says" },
  dedupeId: {
    column: "dedupe_id",
    is: "the source's own id of it; absent: made of what the line says, and where it is",
  },
  note: { column: "note", is: "a text" },
} as const;
export type Field = keyof typeof fields;

/** The field that a column is; undefined where it is left out. */
export type Mapping = ReadonlyMap<string, Field | undefined>;

const byName = new Map<string, Field>(
  // Object.entries knows no keys; these are they.
  (Object.entries(fields) as [Field, { column: string }][]).flatMap(([field, { column }]) => [
    [field, field],
    [column, field],
  ]),
);

/** The columns, for a help text. */
export function describeFields(): string {
  return aligned(Object.values(fields).map(({ column, is }) => [`  ${column}`, is])).join("\n");
}

/** `column=field` each; nothing behind the `=` leaves the column out. Throws where a field is none. */
export function parseMapping(pairs: readonly string[]): Mapping {
  return new Map(
    pairs.map((pair) => {
      const at = pair.lastIndexOf("=");
      const [column, name] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      if (at < 1) throw new Error(`--map takes column=field; not ${pair}`);
      if (name === "") return [column, undefined];
      const field = byName.get(name);
      if (field === undefined)
        throw new Error(`--map ${pair}: there is no field ${name}; there are:\n${describeFields()}`);
      return [column, field];
    }),
  );
}

/** The field of a column. Throws where it is none: a misspelt column must not go unseen. */
export function fieldOf(column: string, mapping: Mapping): Field | undefined {
  const name = column.trim();
  if (mapping.has(name)) return mapping.get(name);
  const field = byName.get(name);
  if (field === undefined) {
    throw new Error(
      `column ${JSON.stringify(name)} is not known; say --map ${JSON.stringify(`${name}=<field>`)}, or ${JSON.stringify(`${name}=`)} to leave it out`,
    );
  }
  return field;
}

/** The fields of a header, in the order of its columns. Throws where one is named twice, or one is missing that every fact has. */
export function readHeader(header: readonly string[], mapping: Mapping): readonly (Field | undefined)[] {
  const absent = [...mapping.keys()].filter((column) => !header.some((name) => name.trim() === column));
  if (absent.length > 0) throw new Error(`there is no column ${absent.map((name) => JSON.stringify(name)).join(", ")}`);
  const found = header.map((column) => fieldOf(column, mapping));
  const twice = found.find((field, index) => field !== undefined && found.indexOf(field) !== index);
  if (twice !== undefined) throw new Error(`two columns are ${fields[twice].column}`);
  for (const needed of ["entityId", "kind"] as const) {
    if (!found.includes(needed)) throw new Error(`no column is ${fields[needed].column}${hint(header)}`);
  }
  return found;
}

/** A header in one piece was probably cut at the wrong character. */
function hint(header: readonly string[]): string {
  const [only = ""] = header;
  if (header.length > 1) return "";
  if (only.includes(";")) return "; say --delimiter ';' where that is what stands between columns";
  return only.includes("\t") ? "; say --delimiter '\\t' where tabs stand between columns" : "";
}
