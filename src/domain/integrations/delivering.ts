/**
 * Items on their way to a webhook: in order, in deliveries that are not too large, and past what the webhook will not take. Returns
 * once all of them are with it, or are dead letters.
 */
import { isSome, lengthOf, toDelivery } from "./contents.js";
import type { Items } from "./contents.js";
import type { Request } from "../kernel/request.js";
import { PollFailure, toDeliveryFailure, whereOf } from "./pollFailure.js";
import type { DeliveryResult } from "./ports.js";
import type { PollingDeps } from "./serviceDeps.js";
import type { IntegrationSession } from "./state.js";
import { limits } from "./values.js";
import type { ServiceItem } from "./values.js";
import { wait } from "./waiting.js";

/** Before each further try within a poll, for what may be over in a moment. */
const quickPauses = [500, 2_000];
/** Polls in a row in which a webhook has failed at the same items, until they are tried one by one and may be dead letters. */
const failuresAtMost = 8;

/** What is delivered for: one poll of one session. */
export interface Recipient {
  /** As it is now: with what this poll has recorded. */
  readonly session: IntegrationSession;
  readonly request: Request;
  readonly signal: AbortSignal;
  /** Puts an item aside that the webhook will not take. */
  deadLetter(item: ServiceItem, reason: string): Promise<void>;
}

export interface Delivering {
  /** @throws PollFailure where something was not taken that may be taken later; what was before it was. */
  deliver(to: Recipient, items: readonly ServiceItem[]): Promise<void>;
}

type Refusal = Extract<DeliveryResult, { readonly accepted: false }>;

export function createDelivering({
  webhooks,
  secrets,
  sink,
  digest,
  after,
  log,
}: Pick<PollingDeps, "webhooks" | "secrets" | "sink" | "digest" | "after" | "log">): Delivering {
  const send = async ({ session, signal }: Recipient, items: Items): Promise<DeliveryResult> => {
    try {
      return await webhooks.deliver(toDelivery(session, items, { secrets, digest }), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn(whereOf(error), "a delivery failed in a way that it should not");
      const message = "It could not be sent; the log says where";
      throw new PollFailure("TRANSIENT", { code: "unexpected", message }, { cause: error });
    }
  };

  const sendPatiently = async (to: Recipient, items: Items): Promise<DeliveryResult> => {
    let result = await send(to, items);
    for (const pause of quickPauses) {
      if (result.accepted || (result.reason !== "FAILED" && result.reason !== "UNREACHABLE")) return result;
      await wait(pause, { after, signal: to.signal });
      result = await send(to, items);
    }
    return result;
  };

  /** First, so that what a webhook does not take is in the project's activity all the same. The same again is none. */
  const toActivity = async ({ session, request }: Recipient, items: Items): Promise<void> => {
    const { projectId } = session;
    if (projectId === undefined || sink === undefined) return;
    try {
      await sink.take({ ...session, projectId }, items, request.actor);
    } catch (error) {
      log.warn(whereOf(error), "items could not be recorded as activity of a project");
      const message = "The items could not be recorded as activity of the project";
      throw new PollFailure("TRANSIENT", { code: "project_activity", message }, { cause: error });
    }
  };

  /** Those that are refused alone are dead letters; the others go on. */
  const oneByOne = async (to: Recipient, items: Items): Promise<void> => {
    for (const item of items) {
      const result = await sendPatiently(to, [item]);
      if (result.accepted) continue;
      if (isDead(result, to.session, item)) await to.deadLetter(item, reasonOf(result));
      else throw toDeliveryFailure(result, item);
    }
  };

  /**
   * Behind many polls in which the webhook has failed at these. What fails alone is a dead letter where the webhook takes others, and goes
   * aside as soon as it has taken a later one: it must not arrive behind that. Where it takes none, it is the webhook: only the item that
   * everything waited for goes aside.
   */
  const pastFailures = async (to: Recipient, items: Items): Promise<void> => {
    let failed: { readonly item: ServiceItem; readonly result: Refusal }[] = [];
    let takesOthers = false;
    const putFailedAside = async () => {
      for (const { item, result } of failed) await to.deadLetter(item, reasonOf(result));
      failed = [];
    };
    for (const item of items) {
      const result = await send(to, [item]);
      if (result.accepted) {
        takesOthers = true;
        await putFailedAside();
      } else if (result.reason === "REFUSED") await to.deadLetter(item, reasonOf(result));
      else if (result.reason === "FAILED") failed.push({ item, result });
      else throw toDeliveryFailure(result, failed[0]?.item ?? item);
    }
    if (takesOthers) return putFailedAside();
    const [first, next] = failed;
    if (first !== undefined) await to.deadLetter(first.item, reasonOf(first.result));
    if (next !== undefined) throw toDeliveryFailure(next.result, next.item);
  };

  const deliverOne = async (to: Recipient, items: Items): Promise<void> => {
    await toActivity(to, items);
    const result = await sendPatiently(to, items);
    if (result.accepted) return;
    const [first, ...others] = items;
    const isAlone = others.length === 0;
    if (isAlone && isDead(result, to.session, first)) return to.deadLetter(first, reasonOf(result));
    if (!isAlone && result.reason === "REFUSED") return oneByOne(to, items);
    if (!isAlone && result.reason === "FAILED" && isWorn(to.session, items)) return pastFailures(to, items);
    throw toDeliveryFailure(result, first);
  };

  return {
    async deliver(to, items) {
      // One after the other: their order counts.
      for (const delivery of deliveriesOf(items)) await deliverOne(to, delivery);
    },
  };
}

/** The items in order, in lists that one delivery may hold. */
function deliveriesOf(items: readonly ServiceItem[]): readonly Items[] {
  const deliveries: Items[] = [];
  let open: ServiceItem[] = [];
  let bytes = 0;
  const close = () => {
    if (isSome(open)) deliveries.push(open);
    open = [];
    bytes = 0;
  };
  for (const item of items) {
    const length = lengthOf(item);
    if (open.length === limits.deliveryItems || bytes + length > limits.deliveryBytes) close();
    open.push(item);
    bytes += length;
  }
  close();
  return deliveries;
}

function isDead(result: Refusal, session: IntegrationSession, item: ServiceItem): boolean {
  return result.reason === "REFUSED" || (result.reason === "FAILED" && isWorn(session, [item]));
}

/** Whether the webhook has failed at one of these in so many polls in a row, with this one. */
function isWorn({ failingDelivery }: IntegrationSession, items: Items): boolean {
  if (failingDelivery === undefined || failingDelivery.attempts + 1 < failuresAtMost) return false;
  return items.some(({ id }) => id === failingDelivery.firstItemId);
}

function reasonOf({ message, code }: Refusal): string {
  return `${message} (${code})`;
}
