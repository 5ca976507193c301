/** Ids made from what they name: the same for the same text, in every process, for ever. */
import { v5 as uuidv5 } from "uuid";

/** Everything in uuid v5 that this product names; made once, never to be changed: ids of commands and streams depend on it. */
const namespace = "5b0f4ac6-8a6b-4b1e-9a57-6e1d1f6f8d0e";

/** The uuid v5 of a text. */
export function nameId(name: string): string {
  return uuidv5(name, namespace);
}
