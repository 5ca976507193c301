/** What every object store takes for a key: what a folder can keep apart, and S3 as well. */

/** Bytes: what S3 takes. */
const longest = 1_024;

/** The key as it is kept: one that begins with a slash is the same without. @throws where it leads out of the store, or is none. */
export function toKey(key: string): string {
  const kept = key.replace(/^\/+/, "");
  const leadsOut = kept.split("/").some((part) => part === "" || part === "." || part === "..");
  if (leadsOut) throw new Error(`object key ${JSON.stringify(key)} leads out of the store`);
  const isOdd = !kept.isWellFormed() || /\p{Cc}/u.test(kept) || kept.includes("\\");
  if (isOdd) throw new Error(`object key ${JSON.stringify(key)} has characters that no key may have`);
  if (Buffer.byteLength(kept) > longest) throw new Error(`an object key has more than ${longest} bytes`);
  return kept;
}
