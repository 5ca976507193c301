/** One credential, encrypted (AES-256-GCM) under its name: it opens with the same key and under the same name only. */
import type { JsonObject } from "../../domain/kernel/json.js";
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { z } from "zod";
import { JsonMap } from "../../domain/integrations/index.js";

const base64 = z.base64();
export const Sealed = z.object({ nonce: base64, ciphertext: base64, tag: base64 });
export type Sealed = z.infer<typeof Sealed>;

export interface Sealing {
  seal(ref: string, credential: JsonObject): Sealed;
  /** Undefined where the key or the name is another one, or something has been changed. */
  open(ref: string, sealed: Sealed): JsonObject | undefined;
}

const cipher = "aes-256-gcm";
const tagLength = { authTagLength: 16 };

/** `key`: the integration key; credentials have a key of their own, made from it. */
export function createSealing(key: Uint8Array): Sealing {
  const own = Buffer.from(hkdfSync("sha256", key, "", "credentials", 32));
  return {
    seal(ref, credential) {
      const nonce = randomBytes(12);
      const sealing = createCipheriv(cipher, own, nonce, tagLength).setAAD(Buffer.from(ref));
      const ciphertext = Buffer.concat([sealing.update(JSON.stringify(credential), "utf8"), sealing.final()]);
      const [a, b, c] = [nonce, ciphertext, sealing.getAuthTag()].map((part) => part.toString("base64"));
      return { nonce: a ?? "", ciphertext: b ?? "", tag: c ?? "" };
    },
    open(ref, { nonce, ciphertext, tag }) {
      try {
        const opening = createDecipheriv(cipher, own, Buffer.from(nonce, "base64"), tagLength);
        opening.setAAD(Buffer.from(ref)).setAuthTag(Buffer.from(tag, "base64"));
        const text = Buffer.concat([opening.update(Buffer.from(ciphertext, "base64")), opening.final()]);
        return JsonMap.parse(JSON.parse(text.toString("utf8")));
      } catch {
        // Whatever fails here fails for what was stored; errors of decoders may show some of it.
        return undefined;
      }
    },
  };
}
