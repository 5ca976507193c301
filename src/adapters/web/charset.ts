/** The text that bytes of a page are. */

/**
 * Of what its header, its first bytes and its meta tags say, the first that fits; else UTF-8 where that fits, and windows-1252,
 * as browsers do. `contentType`: the header.
 */
export function decodeText(bytes: Buffer, contentType: string | undefined): string {
  const said = [markOf(bytes), charsetIn(contentType ?? ""), charsetIn(beginningOf(bytes)), "utf-8"];
  for (const charset of said) {
    const text = charset === undefined ? undefined : decodeAs(charset, bytes);
    if (text !== undefined) return text;
  }
  return new TextDecoder("windows-1252").decode(bytes);
}

/** Undefined where the bytes are something else, or nobody knows the charset. */
function decodeAs(charset: string, bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function markOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

function beginningOf(bytes: Buffer): string {
  return bytes.subarray(0, 4_096).toString("latin1");
}

/** As headers (`text/html; charset=utf-8`) and meta tags (`<meta charset="utf-8">`) write it. */
function charsetIn(text: string): string | undefined {
  return /charset\s{0,9}=\s{0,9}["']?([\w.:-]{2,40})/i.exec(text)?.[1];
}
