/** What every source of webhooks has: how its deliveries are proved, and what they mean. Pure, but for the clock that is given. */
import type { Json } from "../../domain/kernel/json.js";
import type { IncomingEventInput, ProjectEventSource, VerificationScheme } from "../../domain/projects/index.js";

/** Two of them while one is being replaced. */
export interface Secrets {
  readonly current: string;
  readonly previous?: string | undefined;
}

/** A delivery as it came, byte by byte. */
export interface RawDelivery {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body as text; undefined where it is not UTF-8. */
  readonly text: string | undefined;
}

/** BAD_SIGNATURE: no secret made it. STALE: it is outside its time window. NOT_TEXT: it cannot be checked, and is no JSON anyway. */
export type SignatureProblem = "BAD_SIGNATURE" | "STALE" | "NOT_TEXT";

/** Which secret made the signature, or why it is not taken. */
export type Verified =
  | { readonly ok: true; readonly scheme: VerificationScheme; readonly secret: "CURRENT" | "PREVIOUS" }
  | { readonly ok: false; readonly problem: SignatureProblem };

/** Checks a signature over the bytes of the body, in a time that says nothing of how wrong it is. Never throws. */
export type VerifySignature = (delivery: RawDelivery) => Promise<Verified>;

/** A delivery whose signature is good. */
export interface ProvenDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body, parsed. */
  readonly json: Json;
  readonly verification: { readonly scheme: VerificationScheme; readonly secret: "CURRENT" | "PREVIOUS" };
}

/** What a delivery means. */
export type Reading =
  | { readonly kind: "event"; readonly event: IncomingEventInput }
  /** Facts about entities, as a caller would bring them; `isList`: the sender wants an answer for each. */
  | { readonly kind: "activities"; readonly inputs: readonly unknown[]; readonly isList: boolean }
  /** Nothing to keep: a ping, our own message, a private one. */
  | { readonly kind: "ignored"; readonly reason: string }
  /** The source wants to know who is here. */
  | { readonly kind: "challenge"; readonly challenge: string };

/** A source of webhooks. */
export interface Webhook {
  readonly source: ProjectEventSource;
  /** Headers that every delivery has; one without them is refused before its body is read. */
  readonly signatureHeaders: readonly string[];
  readonly contentTypes: readonly string[];
  readonly verify: VerifySignature;
  /** Any JSON gives a reading: what is not understood is an event of kind UNHANDLED. Never throws. */
  readonly read: (delivery: ProvenDelivery) => Reading;
}

export const jsonType = "application/json";
export const formType = "application/x-www-form-urlencoded";
