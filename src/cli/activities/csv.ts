/** Records of a CSV file. A bad one is a problem of its line, and the next line is read as if nothing had been. */
import { CsvError, parse } from "csv-parse/sync";
import { counted } from "../text.js";
import type { Line } from "./lines.js";

/** A record, or what is wrong with a line; `line` is where it begins. */
export type Parsed =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly problem: string; readonly text?: string };

/** Lines that one record may go over, where a quoted field holds line ends. */
const mostLines = 50;
const longestRecord = 65_536;

/**
 * Each record begins on a line of its own and, where a quote stays open, goes on over the next lines; where that leads to nothing
 * only the first line is bad. So a quote too many costs one line, not the rest of the file.
 */
export async function* csvRecords(lines: AsyncIterable<Line>, delimiter: string): AsyncGenerator<Parsed, void, void> {
  const source = withPutBack(lines);
  let columns: number | undefined;
  for (let line = await source.next(); line !== undefined; line = await source.next()) {
    if ("problem" in line) {
      yield { line: line.number, problem: line.problem };
      continue;
    }
    if (line.text.trim() === "") continue;
    const found = await readRecord(line, source, { delimiter, columns });
    yield found;
    if ("cells" in found) columns ??= found.cells.length;
  }
}

interface PutBack {
  next(): Promise<Line | undefined>;
  putBack(lines: readonly Line[]): void;
}

function withPutBack(lines: AsyncIterable<Line>): PutBack {
  const iterator = lines[Symbol.asyncIterator]();
  const ahead: Line[] = [];
  return {
    async next() {
      const line = ahead.shift();
      if (line !== undefined) return line;
      const result: IteratorResult<Line, unknown> = await iterator.next();
      return result.done === true ? undefined : result.value;
    },
    putBack: (again) => ahead.unshift(...again),
  };
}

interface Form {
  readonly delimiter: string;
  /** Of the first record; undefined for that one itself. */
  readonly columns: number | undefined;
}

async function readRecord(
  first: { readonly number: number; readonly text: string },
  source: PutBack,
  form: Form,
): Promise<Parsed> {
  let { text } = first;
  const more: Line[] = [];
  let found = parseRecord(text, form);
  while (found === "open" && more.length < mostLines && text.length < longestRecord) {
    const next = await source.next();
    if (next === undefined) break;
    more.push(next);
    if ("problem" in next) break;
    text += `\n${next.text}`;
    found = parseRecord(text, form);
  }
  if (typeof found === "object" && "cells" in found) return { line: first.number, ...found };
  source.putBack(more);
  const problem = found === "open" || more.length > 0 ? notClosed : found.problem;
  return { line: first.number, problem, text: first.text };
}

const notClosed = "has a quote that is not closed";

function parseRecord(
  text: string,
  { delimiter, columns }: Form,
): { readonly cells: readonly string[] } | { readonly problem: string } | "open" {
  try {
    const records = parse(text, { delimiter, record_delimiter: recordEnd, relax_column_count: true, trim: true });
    const cells = records[0] ?? [];
    if (records.length > 1) return { problem: "has a NUL character" };
    if (columns === undefined || cells.length === columns) return { cells };
    return { problem: `has ${counted(cells.length, "column")}; the first line has ${columns}` };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "CSV_QUOTE_NOT_CLOSED" ? "open" : { problem: inWords(error) };
  }
}

/** A character that no text of ours holds: the text is one record, whatever line ends its quoted fields hold. */
const recordEnd = "\u0000";

function inWords({ code, message }: CsvError): string {
  switch (code) {
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return "has something behind a closing quote; a quote within a field must be doubled";
    case "INVALID_OPENING_QUOTE":
      return "has a quote within a field; put the field in quotes, and double the one within";
    default:
      return message;
  }
}
