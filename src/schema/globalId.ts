/** Global ids: opaque, unique over all types, `base64url(Type:local id)`. */
import { invalid } from "../domain/kernel/errors.js";

/** What has a global id. */
const globalIdTypes = [
  "Incident",
  "Comment",
  "TimelineEntry",
  "Project",
  "ProjectEvent",
  "Batch",
  "Entity",
  "Insight",
  "ResearchRequest",
  "IntegrationSession",
] as const;
type GlobalIdType = (typeof globalIdTypes)[number];

export function toGlobalId(type: GlobalIdType, localId: string): string {
  return Buffer.from(`${type}:${localId}`).toString("base64url");
}

/** Type and local id, or undefined where the text is no global id. */
export function readGlobalId(globalId: string): { type: GlobalIdType; localId: string } | undefined {
  const text = Buffer.from(globalId, "base64url").toString("utf8");
  const colon = text.indexOf(":");
  const type = globalIdTypes.find((known) => known === text.slice(0, colon));
  if (type === undefined || toGlobalId(type, text.slice(colon + 1)) !== globalId) return undefined;
  return { type, localId: text.slice(colon + 1) };
}

/** The local id in a global id of `type`, or the text itself; undefined for the global id of something else. */
export function toLocalId(type: GlobalIdType, text: string): string | undefined {
  const read = readGlobalId(text);
  return read === undefined ? text : read.type === type ? read.localId : undefined;
}

/** The local id in a global id of `type`; throws a ValidationError for `field` where it is none. */
export function requireLocalId(type: GlobalIdType, globalId: string, field: string): string {
  const read = readGlobalId(globalId);
  if (read === undefined || read.type !== type) throw invalid(field, `must be the id of a ${type}`);
  return read.localId;
}
