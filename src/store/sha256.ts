/** The domain's digest port, with Node's own sha256. */
import { createHash } from "node:crypto";
import type { Digest } from "../domain/kernel/hashChain.js";

export const sha256: Digest = (text, encoding) => createHash("sha256").update(text, "utf8").digest(encoding);
