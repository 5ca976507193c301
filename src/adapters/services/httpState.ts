/** What `serviceState` of a generic HTTP/JSON session says: where items are, what tells them apart, and how far it has read. */
import type { Json, JsonObject } from "../../domain/kernel/json.js";
import jsonpointer from "jsonpointer";
import { z } from "zod";
import { parseInstant } from "../../domain/kernel/time.js";
import { toJsonObject } from "./polled.js";

/** Items that are remembered so that they are not told twice. */
export const seenMost = 500;

/** RFC 6901: `` is the whole, `/data/items` a member of a member; `~1` stands for `/`, `~0` for `~`. */
const Pointer = z
  .string()
  .max(200, "must have at most 200 characters")
  .regex(/^(?:\/(?!__proto__)(?:[^~/]|~[01])*)*$/, "must be a JSON Pointer such as /data/items");
const Parameter = z
  .string()
  .regex(/^[\w.[\]-]{1,64}$/, "must be a query parameter: 1-64 letters, digits and . _ - [ ]");
const Address = z.string().max(2_000, "must have at most 2000 characters");

/**
 * The state of a session. With `cursorPath` or `cursorFromItem`, an answer holds what is behind `cursor`; with neither it holds all
 * that there is, and items are told apart by their ids.
 */
const HttpState = z
  .strictObject({
    /** Answers a GET with JSON. */
    url: Address,
    /** Where in the answer the list of items is. */
    itemsPath: Pointer,
    /** Where in an item its id is: a text or a number, the same for the same item, always. */
    idPath: Pointer,
    /** Where in an item its time is: RFC 3339, or seconds or milliseconds since 1970. */
    timePath: Pointer.optional(),
    /** Where in the answer the cursor is that is sent next time. */
    cursorPath: Pointer.optional(),
    /** Where in an item its cursor is: that of the last one is sent next time. */
    cursorFromItem: Pointer.optional(),
    /** What the cursor is sent as: `since`. */
    cursorParam: Parameter.optional(),
    /** Where in the answer the next page's address is, or, with `nextParam`, its token. */
    nextPath: Pointer.optional(),
    nextParam: Parameter.optional(),
    /** @default the oldest first */
    newestFirst: z.boolean().optional(),
    /** What items are called. @default record */
    kind: z
      .string()
      .regex(/^[a-z][a-z0-9_.-]{0,63}$/, "must be a word of small letters, digits and . _ -")
      .optional(),
    /** How far it has read; empty: there was nothing yet. @default from now on */
    cursor: z.string().max(1_000, "must have at most 1000 characters").optional(),
    /** Ours: hashes of items that have been told, and may come again. */
    seen: z.array(z.string().max(22)).max(seenMost).optional(),
    /** Ours: where paging goes on, before the cursor may move. */
    next: Address.optional(),
  })
  .superRefine((state, context) => {
    const problem = (path: keyof typeof state, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const hasCursor = state.cursorPath !== undefined || state.cursorFromItem !== undefined;
    if (state.cursorPath !== undefined && state.cursorFromItem !== undefined) {
      problem("cursorFromItem", "must not be given beside cursorPath");
    }
    if (hasCursor && state.cursorParam === undefined) problem("cursorParam", "must say what the cursor is sent as");
    if (!hasCursor && state.cursorParam !== undefined) problem("cursorParam", "needs cursorPath or cursorFromItem");
    if (!hasCursor && state.cursor !== undefined) problem("cursor", "needs cursorPath or cursorFromItem");
    if (state.nextParam !== undefined && state.nextPath === undefined) problem("nextParam", "needs nextPath");
  });
export type HttpState = z.output<typeof HttpState>;

/** `next` is without members that are absent. */
export const httpState: z.ZodType<JsonObject> = HttpState.transform(toJson);

/** A state that {@link httpState} has let pass. */
export function readHttpState(state: JsonObject): HttpState {
  return HttpState.parse(state);
}

export function toJson(state: HttpState): JsonObject {
  return toJsonObject(state);
}

/** How sessions of the state go on. CURSOR: by a cursor. LIST: by the ids of what was there. */
export function modeOf({ cursorPath, cursorFromItem }: HttpState): "CURSOR" | "LIST" {
  return cursorPath === undefined && cursorFromItem === undefined ? "LIST" : "CURSOR";
}

export function hasCursor(state: JsonObject): boolean {
  return state["cursor"] !== undefined || state["seen"] !== undefined;
}

export function withoutCursor(state: JsonObject): JsonObject {
  const { cursor: _cursor, seen: _seen, next: _next, ...rest } = state;
  return rest;
}

/** Whole numbers and times have an order. Other cursors say nothing of where they are: any is taken for a later one. */
export function isForward(before: JsonObject, next: JsonObject): boolean {
  if (!hasCursor(before)) return true;
  if (!hasCursor(next)) return false;
  const [from, to] = [before["cursor"], next["cursor"]];
  if (typeof from !== "string" || from === "" || from === to) return true;
  if (typeof to !== "string" || to === "") return false;
  if (whole.test(from) && whole.test(to)) return BigInt(to) >= BigInt(from);
  const [fromTime, toTime] = [parseInstant(from), parseInstant(to)];
  return fromTime === undefined || toTime === undefined || toTime >= fromTime;
}

const whole = /^-?\d{1,1000}$/;

/** What a pointer leads to; undefined where nothing is there. */
export function at(value: Json, pointer: string): Json | undefined {
  if (pointer === "") return value;
  if (value === null || typeof value !== "object") return undefined;
  // Its type is any. In parsed JSON it finds JSON, or functions that all objects have.
  const found: unknown = jsonpointer.get(value, pointer);
  return isJson(found) ? found : undefined;
}

function isJson(value: unknown): value is Json {
  return value === null || ["object", "string", "number", "boolean"].includes(typeof value);
}

/** A text, or a number's text; undefined for anything else, and for an empty text. */
export function textAt(value: Json, pointer: string): string | undefined {
  const found = at(value, pointer);
  if (typeof found === "number") return Number.isInteger(found) ? BigInt(found).toString() : String(found);
  return typeof found === "string" && found !== "" ? found : undefined;
}
