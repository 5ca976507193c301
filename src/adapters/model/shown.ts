/** Text of others as a model gets it. */
import { plainLine } from "../../domain/projects/index.js";

/** One line of at most `maximum` characters: no links, no secrets, no addresses of mail. */
export function shown(text: string, maximum: number): string {
  return plainLine(maskEmails(text), maximum);
}

function maskEmails(text: string): string {
  return text.replace(/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, "[email]");
}
