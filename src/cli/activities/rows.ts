/** What the lines of a file say, by the fields of a fact: from CSV with a header, or from a JSON object on each line. */
import type { Field, Mapping } from "./columns.js";
import { fieldOf, fields, readHeader } from "./columns.js";
import { csvRecords } from "./csv.js";
import type { Line } from "./lines.js";

/** Why a line is not taken, as it is reported. */
export interface Rejection {
  readonly line: number;
  /** The column, where one is to blame. */
  readonly field?: string;
  readonly reason: string;
  /** What the line says, as far as it could be read. */
  readonly record?: Readonly<Record<string, unknown>>;
  readonly text?: string;
}

export type Fields = Readonly<Partial<Record<Field, unknown>>>;
export type Row = { readonly line: number; readonly fields: Fields } | { readonly rejected: Rejection };

export const formats = ["csv", "jsonl"] as const;
export type Format = (typeof formats)[number];

export interface RowOptions {
  readonly format: Format;
  readonly delimiter: string;
  readonly mapping: Mapping;
}

/** Throws where nothing of the file can be read: no header, or one with columns that are not known. */
export function readRows(lines: AsyncIterable<Line>, options: RowOptions): AsyncGenerator<Row, void, void> {
  return options.format === "csv" ? fromCsv(lines, options) : fromJsonLines(lines, options);
}

async function* fromCsv(
  lines: AsyncIterable<Line>,
  { delimiter, mapping }: RowOptions,
): AsyncGenerator<Row, void, void> {
  let header: readonly (Field | undefined)[] | undefined;
  for await (const record of csvRecords(lines, delimiter)) {
    if ("problem" in record) {
      if (header === undefined) throw new Error(`line ${record.line} should be the header, and ${record.problem}`);
      yield { rejected: { line: record.line, reason: record.problem, ...clipped(record.text) } };
    } else if (header === undefined) header = readHeader(record.cells, mapping);
    else yield { line: record.line, fields: pick(header, record.cells) };
  }
  if (header === undefined) throw new Error("there is no header: the file is empty");
}

/** Empty cells are absent. */
function pick(header: readonly (Field | undefined)[], cells: readonly string[]): Fields {
  return Object.fromEntries(
    header.flatMap((field, index) => {
      const cell = cells[index] ?? "";
      return field === undefined || cell === "" ? [] : [[field, cell]];
    }),
  );
}

async function* fromJsonLines(lines: AsyncIterable<Line>, { mapping }: RowOptions): AsyncGenerator<Row, void, void> {
  for await (const line of lines) {
    if ("problem" in line) yield { rejected: { line: line.number, reason: line.problem } };
    else if (line.text.trim() !== "") yield readObject(line.number, line.text, mapping);
  }
}

function readObject(line: number, text: string, mapping: Mapping): Row {
  const refuse = (reason: string): Row => ({ rejected: { line, reason, ...clipped(text) } });
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (error) {
    return refuse(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) return refuse("is not a JSON object");
  const found = new Map<Field, unknown>();
  for (const [name, value] of Object.entries(said)) {
    try {
      const field = fieldOf(name, mapping);
      if (field === undefined || value === null) continue;
      if (found.has(field)) return refuse(`says ${fields[field].column} twice`);
      found.set(field, value);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
  }
  return { line, fields: Object.fromEntries(found) };
}

/** The beginning of a text, for a report. */
function clipped(text: string | undefined): { readonly text?: string } {
  if (text === undefined) return {};
  return { text: text.length <= 500 ? text : `${text.slice(0, 500)}…` };
}
