/** A fact as the API takes it, from a row: its form is checked here, what it is about by the server. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { IncomingActivity } from "../../domain/insights/index.js";
import { fields } from "./columns.js";
import type { Field } from "./columns.js";
import type { Fields, Rejection } from "./rows.js";

/** A fact, and the line that it is from. */
export interface Fact {
  readonly line: number;
  readonly input: FactInput & { readonly dedupeId: string };
}

/** What a file's facts have in common. */
export interface FactDefaults {
  readonly source: string;
  /** Of the whole file. */
  readonly digest: string;
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const Value = z.union([z.number(), z.string()]).transform((value, context) => {
  if (typeof value === "number") return value;
  // `Number` would take "", "0x10" and "Infinity", too.
  if (number.test(value) && Number.isFinite(Number(value))) return Number(value);
  context.addIssue({ code: "custom", message: `must be a number such as 4.5; not ${JSON.stringify(value)}` });
  return z.NEVER;
});

const Groups = z.union([
  z.array(z.string()),
  z.string().transform((text) =>
    text
      .split(";")
      .map((id) => id.trim())
      .filter((id) => id !== ""),
  ),
]);

/** An id in JSON may be a number. */
const asText = z.union([z.string(), z.number().transform(String)], "must be a text");

/** A number in a CSV file is a text. */
const Said = z.object({
  entityId: z.string("must be there"),
  kind: z.string("must be there"),
  value: Value.optional(),
  occurredAt: z.string("must be a text").optional(),
  groups: Groups.optional(),
  source: z.string("must be a text"),
  dedupeId: asText.optional(),
  note: z.string("must be a text").optional(),
});

const FactInput = IncomingActivity.omit({ entityType: true });
type FactInput = z.output<typeof FactInput>;

export function toFact(line: number, said: Fields, defaults: FactDefaults): Fact | { readonly rejected: Rejection } {
  const read = Said.safeParse({ ...said, source: said.source ?? defaults.source });
  const result = read.success ? FactInput.safeParse(read.data) : read;
  if (!result.success) {
    const [issue] = result.error.issues;
    // The schema's own keys are fields.
    const field = issue?.path[0] as Field | undefined;
    return { rejected: reject(line, said, field, issue?.message ?? "is no fact") };
  }
  const input = result.data;
  return { line, input: { ...input, dedupeId: input.dedupeId ?? toDedupeId(line, input, defaults) } };
}

export function reject(line: number, said: object, field: Field | undefined, reason: string): Rejection {
  return { line, ...(field === undefined ? {} : { field: fields[field].column }), reason, record: { ...said } };
}

/**
 * The same for the same line, so that a file that is imported again doubles nothing, also when other lines were mended since. A
 * fact without a time is one of this very file: the same line of tomorrow's file is another one.
 */
function toDedupeId(line: number, input: FactInput, { digest }: FactDefaults): string {
  const { entityId, kind, value, occurredAt, groups, source, note } = input;
  const said = JSON.stringify([entityId, kind, value, occurredAt ?? digest, groups, source, note]);
  return `import:${createHash("sha256").update(said).digest("hex").slice(0, 32)}:${line}`;
}
