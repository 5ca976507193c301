/** Global ids: opaque, unique over all types, `base64url(Type:local id)`. */
import { invalid } from "../domain/kernel/errors.js";

export function toGlobalId(type: string, localId: string): string {
  return Buffer.from(`${type}:${localId}`).toString("base64url");
}

/** Type and local id, or undefined where the text is no global id. */
export function readGlobalId(globalId: string): { type: string; localId: string } | undefined {
  const text = Buffer.from(globalId, "base64url").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1 || toGlobalId(text.slice(0, colon), text.slice(colon + 1)) !== globalId) return undefined;
  return { type: text.slice(0, colon), localId: text.slice(colon + 1) };
}

/** The local id in a global id of `type`; throws a ValidationError for `field` where it is none. */
export function requireLocalId(type: string, globalId: string, field: string): string {
  const read = readGlobalId(globalId);
  if (read === undefined || read.type !== type) throw invalid(field, `must be the id of a ${type}`);
  return read.localId;
}
