/** What a summary of a batch is. Every claim cites events of the batch; links are taken from events, never from a model. */
import { z } from "zod";

export const summaryLimits = { headline: 140, claim: 280, themes: 6, claims: 8, links: 10 } as const;

const Claim = z.object({
  text: z.string(),
  /** Ids of project events of the batch; at least one. */
  projectEventIds: z.array(z.string()),
});
export type SummaryClaim = z.infer<typeof Claim>;

const Link = z.object({ label: z.string(), url: z.string(), projectEventId: z.string() });
export type SummaryLink = z.infer<typeof Link>;

/** As it is stored, served and posted. */
export const Summary = z.object({
  headline: z.string(),
  themes: z.array(Claim),
  /** `since`: when the first of its events happened. */
  blockers: z.array(Claim.extend({ since: z.string() })),
  achievements: z.array(Claim),
  links: z.array(Link),
  stats: z.object({
    events: z.number().int(),
    actors: z.number().int(),
    bySource: z.record(z.string(), z.number().int()),
    byKind: z.record(z.string(), z.number().int()),
    /** Events that were told of at once, and are not told again. */
    alreadyNotified: z.number().int(),
    /** Events that the summarizer was not shown, for lack of room. */
    omitted: z.number().int(),
  }),
});
export type Summary = z.infer<typeof Summary>;

/** How a summary came to be. */
export const SummaryOrigin = z.object({
  /** `deterministic-v1`, or the name of the model. */
  modelUsed: z.string(),
  promptVersion: z.string(),
  /** Hash of what the summarizer was shown. */
  inputHash: z.string(),
  /** Why the deterministic summarizer spoke in the place of a model; absent where it did not. */
  fallbackReason: z.string().optional(),
});
export type SummaryOrigin = z.infer<typeof SummaryOrigin>;
