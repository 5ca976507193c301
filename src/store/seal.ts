/** Seals: how a row that decisions are made on shows that nobody has edited it since it was written. */
import { canonicalJson } from "../domain/kernel/hashChain.js";
import type { Item } from "./dynamodb/rowWrite.js";
import { sha256 } from "./sha256.js";

/** Not under the seal: a worker sets a row's time to live later, and a poller shows when a session was polled last. */
const unsealed: ReadonlySet<string> = new Set(["seal", "ttl", "lastPollAt"]);

/** The item with a seal over all its attributes but those. */
export function sealed(item: Item): Item {
  return { ...item, seal: sealOf(item) };
}

/** False where the item has a seal that is not that of its attributes. Items of the time before there were seals pass. */
export function isAsWritten(item: Item): boolean {
  return item["seal"] === undefined || item["seal"] === sealOf(item);
}

/** Half a sha256 is plenty against an edit; a forger would have to be met by verify, which trusts no seal. */
function sealOf(item: Item): string {
  const names = Object.keys(item)
    .filter((name) => item[name] !== undefined && !unsealed.has(name))
    .sort();
  const content = names.map((name) => [name, plain(item[name])]);
  return sha256(JSON.stringify(content), "base64url").slice(0, 22);
}

/** The engine keeps no order of a map's keys. */
function plain(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? canonicalJson(value) : value;
}
