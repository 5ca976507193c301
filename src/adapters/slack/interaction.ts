/** What people press in our messages, as Slack tells of it. */
import { z } from "zod";
import { BatchId } from "../../domain/projects/index.js";
import { regenerateActionId, viewActionId } from "./blocks.js";
import { viewInsightActionId } from "./insightBlocks.js";

/** Only what is read of it: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const BlockActions = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string().regex(/^[A-Z0-9]{2,30}$/) }),
  response_url: z.string().max(3_000).optional(),
  actions: z
    .array(z.object({ action_id: z.string(), action_ts: z.string().max(50).optional(), value: z.string().optional() }))
    .min(1)
    .max(25),
});

/** What a person wants; `pressId` is the same however often Slack tells of it. */
export type Interaction =
  | {
      readonly kind: "regenerate";
      readonly batchId: string;
      readonly userId: string;
      readonly pressId: string;
      readonly responseUrl: string | undefined;
    }
  /** A button that only opens an address. */
  | { readonly kind: "nothing" }
  /** Nothing that we know of. */
  | { readonly kind: "unknown"; readonly what: string };

/** Any JSON gives an interaction. Never throws. */
export function readInteraction(payload: unknown): Interaction {
  const parsed = BlockActions.safeParse(payload);
  if (!parsed.success) return { kind: "unknown", what: typeOf(payload) };
  const { user, actions, response_url: responseUrl } = parsed.data;
  const pressed = actions.find(({ action_id: id }) => id === regenerateActionId);
  if (pressed === undefined) {
    const [action] = actions;
    if (action?.action_id === viewActionId || action?.action_id === viewInsightActionId) return { kind: "nothing" };
    return { kind: "unknown", what: (action?.action_id ?? "").slice(0, 100) };
  }
  const batchId = BatchId.safeParse(pressed.value);
  if (!batchId.success || pressed.action_ts === undefined) return { kind: "unknown", what: regenerateActionId };
  const pressId = `slack:${pressed.action_ts}:${batchId.data}`;
  return { kind: "regenerate", batchId: batchId.data, userId: user.id, pressId, responseUrl };
}

function typeOf(payload: unknown): string {
  const type = typeof payload === "object" && payload !== null && "type" in payload ? payload.type : undefined;
  return typeof type === "string" ? type.slice(0, 100) : "no type";
}
