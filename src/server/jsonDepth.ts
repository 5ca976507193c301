/** How deep JSON may nest: writing it again is recursive, and a client's brackets must not end our stack. */

/** Arrays and objects inside each other; the protocols' own layers included. */
const maxJsonDepth = 64;

/** Whether the text opens more than {@link maxJsonDepth} arrays and objects inside each other. Need not be valid JSON. */
export function isNestedTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > maxJsonDepth) return true;
    } else if (character === "]" || character === "}") depth -= 1;
  }
  return false;
}
