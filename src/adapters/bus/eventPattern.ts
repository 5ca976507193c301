/**
 * EventBridge's event patterns: which events a rule selects. The same rules here and on AWS, so that what works locally works
 * there. Semantics are those of the user guide and of AWS's open-source matcher (event-ruler).
 */
import { BlockList, isIP } from "node:net";

/** An event as rules see it: any JSON object. */
export type PatternEvent = Readonly<Record<string, unknown>>;

/** Whether an event is selected. */
export type EventMatcher = (event: PatternEvent) => boolean;

/** The pattern is not one that EventBridge accepts; the message says where and why. */
export class InvalidPatternError extends Error {
  constructor(path: readonly string[], problem: string) {
    super(`${path.length === 0 ? "the pattern" : path.join(".")}: ${problem}`);
    this.name = "InvalidPatternError";
  }
}

/**
 * Compiles a pattern (parsed JSON). All of its fields must match; of a field's values one must; an array in the event
 * matches where one of its elements does, and fields of objects in one array must be of the same element. Throws
 * {@link InvalidPatternError}.
 */
export function compilePattern(pattern: unknown): EventMatcher {
  const alternatives = compileObject(pattern, []);
  return (event) => {
    const leaves = leavesOf(event);
    return alternatives.some((fields) => matchesAll(fields, 0, leaves, new Map()));
  };
}

type Leaf = string | number | boolean | null;

interface FoundLeaf {
  readonly value: Leaf;
  /** In which element of which array it is, for all arrays around it. */
  readonly elements: ReadonlyMap<string, number>;
}

type Test = (value: Leaf) => boolean;

interface Field {
  /** Names joined by dots, as EventBridge does. */
  readonly path: string;
  readonly tests: readonly Test[];
  /** Whether the field may also be absent. */
  readonly orAbsent: boolean;
}

/** Fields that must all match. A pattern without `$or` has one such list, with `$or` one for each combination. */
type Alternative = readonly Field[];

function matchesAll(
  fields: Alternative,
  at: number,
  leaves: ReadonlyMap<string, readonly FoundLeaf[]>,
  chosen: ReadonlyMap<string, number>,
): boolean {
  const field = fields[at];
  if (field === undefined) return true;
  const found = leaves.get(field.path) ?? [];
  if (field.orAbsent && found.length === 0 && matchesAll(fields, at + 1, leaves, chosen)) return true;
  return found.some(({ value, elements }) => {
    const isOfSameElements = [...elements].every(([array, index]) => (chosen.get(array) ?? index) === index);
    return (
      isOfSameElements &&
      field.tests.some((test) => test(value)) &&
      matchesAll(fields, at + 1, leaves, new Map([...chosen, ...elements]))
    );
  });
}

/** The values of an event by their path. Arrays have no path of their own; empty ones and empty objects hold nothing. */
function leavesOf(event: PatternEvent): ReadonlyMap<string, readonly FoundLeaf[]> {
  const leaves = new Map<string, FoundLeaf[]>();
  const visit = (value: unknown, path: string, place: string, elements: ReadonlyMap<string, number>): void => {
    if (Array.isArray(value)) {
      value.forEach((element, index) =>
        visit(element, path, `${place}[${index}]`, new Map([...elements, [place, index]])),
      );
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        const join = (text: string) => (text === "" ? name : `${text}.${name}`);
        visit(inner, join(path), join(place), elements);
      }
    } else if (isLeaf(value)) {
      leaves.set(path, [...(leaves.get(path) ?? []), { value, elements }]);
    }
  };
  visit(event, "", "", new Map());
  return leaves;
}

function compileObject(pattern: unknown, path: readonly string[]): readonly Alternative[] {
  if (!isObject(pattern)) throw new InvalidPatternError(path, "must be an object");
  const names = Object.entries(pattern);
  if (names.length === 0) throw new InvalidPatternError(path, "must not be empty");
  return names
    .map(([name, value]) => compileEntry(name, value, path))
    .reduce((all, next) => all.flatMap((left) => next.map((right) => [...left, ...right])), [[]]);
}

function compileEntry(name: string, value: unknown, path: readonly string[]): readonly Alternative[] {
  if (name === "$or") return compileOr(value, path);
  const inner = [...path, name];
  if (!Array.isArray(value)) return compileObject(value, inner);
  if (value.length === 0) throw new InvalidPatternError(inner, "must not be an empty array");
  const tests = value.map((one: unknown) => (isExists(one) ? undefined : compileTest(one, inner)));
  const presence = value.filter(isExists).map(({ exists }) => exists);
  return [
    [
      {
        path: inner.join("."),
        tests: [...tests.filter((test) => test !== undefined), ...(presence.includes(true) ? [anyValue] : [])],
        orAbsent: presence.includes(false),
      },
    ],
  ];
}

/** Names that cannot be fields inside `$or`, lest an operator in the wrong place pass for one. */
const reservedInOr = ["exact", "prefix", "suffix", "anything-but", "numeric", "cidr", "exists", "wildcard"];

function compileOr(value: unknown, path: readonly string[]): readonly Alternative[] {
  const refuse = (problem: string) => new InvalidPatternError([...path, "$or"], problem);
  if (!Array.isArray(value) || value.length < 2) throw refuse("must be an array of at least two objects");
  return value.flatMap((branch: unknown) => {
    const reserved = isObject(branch) ? Object.keys(branch).find((name) => reservedInOr.includes(name)) : undefined;
    if (reserved !== undefined) throw refuse(`${reserved} is no name of a field here`);
    return compileObject(branch, path);
  });
}

const anyValue: Test = () => true;

function compileTest(value: unknown, path: readonly string[]): Test {
  if (isLeaf(value)) return (found) => found === value;
  if (!isObject(value))
    throw new InvalidPatternError(path, "a value must be a string, number, true, false, null or object");
  const [operator, operand] = onlyEntry(value, path);
  switch (operator) {
    case "anything-but":
      return compileAnythingBut(operand, path);
    case "numeric":
      return compileNumeric(operand, path);
    case "cidr":
      return compileCidr(operand, path);
    default:
      return compileText(operator, operand, path);
  }
}

/** The operators that look at text only. */
function compileText(operator: string, operand: unknown, path: readonly string[]): Test {
  const test = textTest(operator, operand, path);
  return (found) => typeof found === "string" && test(found);
}

function textTest(operator: string, operand: unknown, path: readonly string[]): (text: string) => boolean {
  switch (operator) {
    case "prefix":
      return caseAware(operand, path, (text, part) => text.startsWith(part));
    case "suffix":
      return caseAware(operand, path, (text, part) => text.endsWith(part));
    case "equals-ignore-case": {
      const wanted = requireText(operand, path).toLowerCase();
      return (text) => text.toLowerCase() === wanted;
    }
    case "wildcard": {
      const expression = wildcardExpression(requireText(operand, path), path);
      return (text) => expression.test(text);
    }
    default:
      throw new InvalidPatternError(path, `there is no operator ${operator}`);
  }
}

/** `prefix` and `suffix` take text, or `{"equals-ignore-case": text}`. */
function caseAware(
  operand: unknown,
  path: readonly string[],
  has: (text: string, part: string) => boolean,
): (text: string) => boolean {
  if (!isObject(operand)) {
    const part = requireText(operand, path);
    return (text) => has(text, part);
  }
  const [operator, inner] = onlyEntry(operand, path);
  if (operator !== "equals-ignore-case") throw new InvalidPatternError(path, `there is no operator ${operator} here`);
  const part = requireText(inner, path).toLowerCase();
  return (text) => has(text.toLowerCase(), part);
}

/** A value, values of one kind, or an operator with one text or several: none of them may match. */
function compileAnythingBut(operand: unknown, path: readonly string[]): Test {
  if (isObject(operand)) {
    const [operator, inner] = onlyEntry(operand, path);
    const tests = listOf(inner, path).map((one) => compileText(operator, one, path));
    return (found) => !tests.some((test) => test(found));
  }
  const values = listOf(operand, path);
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size > 1 || !(kinds.has("string") || kinds.has("number"))) {
    throw new InvalidPatternError(path, "anything-but takes strings, or numbers");
  }
  return (found) => !values.includes(found);
}

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "=": (left, right) => left === right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

const greatestNumber = 5e9;

/** `["=", 5]`, `["<", 10]` or `[">", 0, "<=", 5]`. */
function compileNumeric(operand: unknown, path: readonly string[]): Test {
  const problem = 'numeric takes ["=", n], one bound such as ["<", n], or two such as [">", n, "<=", m]';
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new InvalidPatternError(path, problem);
  }
  const parts: readonly unknown[] = operand;
  const bounds = Array.from({ length: parts.length / 2 }, (_, index) => {
    const [operator, bound] = [parts[index * 2], parts[index * 2 + 1]];
    const compare = typeof operator === "string" && Object.hasOwn(comparisons, operator) && comparisons[operator];
    if (!compare || typeof bound !== "number") throw new InvalidPatternError(path, problem);
    if (Math.abs(bound) > greatestNumber) throw new InvalidPatternError(path, "numeric goes from -5e9 to 5e9");
    return { operator: String(operator), bound, compare };
  });
  const [first, second] = bounds;
  const isSpan = second === undefined || (first?.operator.startsWith(">") && second.operator.startsWith("<"));
  if (!isSpan || (second !== undefined && first !== undefined && first.bound >= second.bound)) {
    throw new InvalidPatternError(path, "the lower bound comes first and is below the upper one");
  }
  return (found) => typeof found === "number" && bounds.every(({ bound, compare }) => compare(found, bound));
}

function compileCidr(operand: unknown, path: readonly string[]): Test {
  const [address = "", bits = ""] = requireText(operand, path).split("/");
  const family = isIP(address);
  if (family === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) {
    throw new InvalidPatternError(path, "cidr takes an address, a slash and a number of bits");
  }
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 4 ? "ipv4" : "ipv6");
  return (found) =>
    typeof found === "string" && isIP(found) === family && list.check(found, family === 4 ? "ipv4" : "ipv6");
}

/** `*` stands for any text; `\*` and `\\` for themselves. */
function wildcardExpression(wildcard: string, path: readonly string[]): RegExp {
  const tokens = wildcard.match(/\\.?|\*|[^\\*]+/gs) ?? [];
  const source = tokens.map((token, index) => {
    if (token === "*") {
      if (tokens[index + 1] === "*") throw new InvalidPatternError(path, "wildcard takes no two * in a row");
      return ".*";
    }
    if (token.startsWith("\\")) {
      if (token !== "\\*" && token !== "\\\\") throw new InvalidPatternError(path, "only \\* and \\\\ are escapes");
      return token;
    }
    return token.replaceAll(/[.+?^${}()|[\]]/g, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`, "s");
}

function onlyEntry(value: Readonly<Record<string, unknown>>, path: readonly string[]): readonly [string, unknown] {
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0)
    throw new InvalidPatternError(path, "an operator stands alone in its object");
  return entry;
}

function listOf(value: unknown, path: readonly string[]): readonly unknown[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new InvalidPatternError(path, "must not be an empty array");
  return values;
}

function requireText(value: unknown, path: readonly string[]): string {
  if (typeof value !== "string") throw new InvalidPatternError(path, "must be a string");
  return value;
}

function isExists(value: unknown): value is { readonly exists: boolean } {
  return isObject(value) && Object.keys(value).length === 1 && typeof value["exists"] === "boolean";
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
