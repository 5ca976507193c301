/** What a source's event means, in one shape: what parsers make of a delivery, and what a caller of the API brings. */
import { JsonValue } from "../kernel/json.js";
import { z } from "zod";
import { Occurred, text, textOrNone } from "../kernel/text.js";
import { withoutHidden } from "./hidden.js";
import {
  DeliveryId,
  ProjectName,
  importances,
  limits,
  projectEventKinds,
  projectEventSources,
  refTypes,
  verificationSchemes,
} from "./values.js";

/** A link that may be shown to people: https, no credentials. Others are left out by parsers, and refused from callers. */
export const ShownUrl = z
  .string()
  .max(limits.url, `must have at most ${limits.url} characters`)
  .refine(isShownUrl, "must be an https address without credentials");

export function isShownUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return protocol === "https:" && username === "" && password === "";
}

/** A text that people are shown: what they would not see of it is left out. */
const shown = (maximum: number) => z.string().transform(withoutHidden).pipe(text(maximum));

const Person = z.object({ id: shown(limits.person), name: shown(limits.person).optional(), url: ShownUrl.optional() });
const Ref = z.object({
  type: z.enum(refTypes),
  /** Unique in the source: `owner/repo`, `owner/repo#42`, a board's id. */
  id: text(limits.subject),
  title: shown(limits.title).optional(),
  url: ShownUrl.optional(),
});

/** The readable part of a project event. */
export const NormalisedEvent = z.object({
  kind: z.enum(projectEventKinds),
  /** One line: `Merged #42: Add inventory tracking`. No secrets: intake redacts what looks like one (defect P17). */
  title: shown(limits.title),
  text: z.string().transform(withoutHidden).pipe(textOrNone(limits.text)).optional(),
  actor: Person.optional(),
  url: ShownUrl.optional(),
  refs: z.array(Ref).max(limits.refs, `must have at most ${limits.refs}`).default([]),
  labels: z.array(shown(limits.label)).max(limits.labels, `must have at most ${limits.labels}`).default([]),
  importance: z.enum(importances).default("NORMAL"),
  /**
   * What it is about, so that several events become one line: `github:owner/repo#42` (defect P21). Events of the same
   * thing from several sources have the same one where that can be known.
   */
  subject: text(limits.subject).optional(),
});
export type NormalisedEvent = z.output<typeof NormalisedEvent>;

/** A delivery that was verified and understood, to be ingested. Parsers of sources make it; so does the API. */
export const IncomingEvent = z.object({
  source: z.enum(projectEventSources),
  /** The source's own id of the delivery: a repeat has the same, and has no second effect (defect P4). */
  deliveryId: DeliveryId,
  /**
   * What makes a signed delivery the same as another where the source signs no id: the hash of its body. Absent: the
   * delivery id does.
   */
  fingerprint: z.string().optional(),
  /** The key that a caller of the API gave in place of a delivery id, which is made of it: it stands for this input only. */
  idempotencyKey: z.string().optional(),
  /** Only a caller of the API names it; else the assignment rules do. */
  project: ProjectName.optional(),
  /** When it happened at the source; the time of receipt where absent, or in the future. */
  occurredAt: Occurred.optional(),
  event: NormalisedEvent,
  /** The original, parsed. */
  eventData: JsonValue.optional(),
  verification: z
    .object({ scheme: z.enum(verificationSchemes), secret: z.enum(["CURRENT", "PREVIOUS"]).optional() })
    .default({ scheme: "NONE" }),
});
export type IncomingEvent = z.output<typeof IncomingEvent>;
export type IncomingEventInput = z.input<typeof IncomingEvent>;
