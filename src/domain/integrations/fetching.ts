/** What a service has to tell, page by page: checked, within a time, and with the last page known as the last. */
import { jsonBytes } from "../kernel/json.js";
import type { JsonObject } from "../kernel/json.js";
import { createAbort, unlessAborted } from "../kernel/aborting.js";
import { problemOfItems } from "./contents.js";
import { PollFailure, toServiceFailure, whereOf } from "./pollFailure.js";
import type { IntegrationService, PollPage, PollWork } from "./ports.js";
import type { PollingDeps } from "./serviceDeps.js";
import type { IntegrationSession } from "./state.js";
import { limits } from "./values.js";

/** How long a service may take for one page. */
const pageMilliseconds = 120_000;

/** `more`: another page follows, or should have. */
export interface Part extends PollPage {
  readonly more: boolean;
}

type Fetching = Pick<PollingDeps, "credentials" | "after" | "log" | "clock">;

/** What a session is read with. */
export interface Reading {
  readonly service: IntegrationService;
  readonly session: IntegrationSession;
  /** The session's state, as the service takes it. */
  readonly state: JsonObject;
  readonly signal: AbortSignal;
}

/** The state of a session as its service takes it. @throws PollFailure where it does not (any more). */
export function requireState(service: IntegrationService, { serviceState }: IntegrationSession): JsonObject {
  const parsed = service.state.safeParse(serviceState);
  if (parsed.success) return parsed.data;
  const message = `The service state is none that ${service.title} can go on from`;
  throw new PollFailure("PERMANENT", { code: "bad_state", message }, { cause: parsed.error });
}

/**
 * The parts of one poll in order. All but the last have items; the last always comes, perhaps with none, behind a poll that went well.
 * @throws PollFailure; what came before it has been yielded then.
 */
export async function* readParts(reading: Reading, deps: Fetching): AsyncGenerator<Part> {
  let held: PollPage = { items: [], state: reading.state };
  const hasItems = () => held.items.length > 0;
  try {
    for await (const page of readPages(reading, deps)) {
      if (page.items.length === 0) held = { items: held.items, state: page.state };
      else {
        // Held back by one, so that what follows the last one is known: nothing.
        if (hasItems()) yield { ...held, more: true };
        held = page;
      }
    }
  } catch (failure) {
    if (hasItems() && !reading.signal.aborted) yield { ...held, more: true };
    throw failure;
  }
  yield { ...held, more: false };
}

async function* readPages(reading: Reading, deps: Fetching): AsyncGenerator<PollPage> {
  const { service, session, state, signal } = reading;
  const report = (error: unknown) =>
    deps.log.warn({ serviceType: service.type, ...whereOf(error) }, "a service failed in a way that it should not");
  const credential = await readCredential(reading, deps.credentials);
  const asking = createAbort(signal);
  const work: PollWork = {
    state,
    credential,
    resyncSince: session.resync?.since,
    now: deps.clock.now(),
    signal: asking.signal,
  };
  let pages: AsyncIterator<unknown> | undefined;
  let before = state;
  try {
    pages = service.poll(work)[Symbol.asyncIterator]();
    for (;;) {
      const next = await withinTime(pages.next(), asking, deps.after);
      if (next.done === true) return;
      const page = requirePage(service, before, next.value);
      before = page.state;
      yield page;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw toServiceFailure(error, report);
  } finally {
    asking.abort(new Error("the poll is over"));
    asking.end();
    // Not waited for: it may hang in what it was asked for.
    pages?.return?.().catch(() => undefined);
  }
}

async function withinTime<T>(
  work: Promise<T>,
  { signal, abort }: ReturnType<typeof createAbort>,
  after: PollingDeps["after"],
): Promise<T> {
  const message = `The service took more than ${pageMilliseconds / 1_000} s`;
  const cancel = after(pageMilliseconds, () => abort(new PollFailure("TRANSIENT", { code: "timeout", message })));
  try {
    return await unlessAborted(work, signal);
  } catch (error) {
    // What a service makes of the end of its time is no news.
    throw signal.aborted ? signal.reason : error;
  } finally {
    cancel();
  }
}

/** @throws PollFailure of class AUTH where there is none, or none that the service could use. */
async function readCredential(
  { service, session, signal }: Reading,
  credentials: PollingDeps["credentials"],
): Promise<JsonObject | undefined> {
  const { credentialRef: ref } = session;
  const missing = (code: string, message: string) => new PollFailure("AUTH", { code, message });
  if (service.credential === undefined || (ref === undefined && service.credentialOptional === true)) return undefined;
  if (ref === undefined) throw missing("credential_missing", `${service.title} is asked with a credential`);
  const found = await readStored(ref, { credentials, signal });
  if (found === undefined) throw missing("credential_missing", `There is no credential ${ref}`);
  const parsed = service.credential.safeParse(found);
  if (parsed.success) return parsed.data;
  throw missing("credential_invalid", `The credential ${ref} is none that ${service.title} can use`);
}

async function readStored(
  ref: string,
  { credentials, signal }: { readonly credentials: PollingDeps["credentials"]; readonly signal: AbortSignal },
): Promise<JsonObject | undefined> {
  try {
    return await unlessAborted(credentials.read(ref, signal), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const message = `The credential ${ref} cannot be read now`;
    throw new PollFailure("TRANSIENT", { code: "credential_store", message }, { cause: error });
  }
}

/** Whatever a service yields, as a page that may be delivered and recorded. @throws PollFailure where it is none. */
function requirePage(service: IntegrationService, before: JsonObject, given: unknown): PollPage {
  const { items, state } = (given ?? {}) as Partial<Record<keyof PollPage, unknown>>;
  const problem = problemOfItems(items);
  if (problem !== undefined) throw badAnswer(problem);
  const parsed = service.state.safeParse(state);
  if (!parsed.success) throw badAnswer("its state is none of its own");
  if (jsonBytes(parsed.data) > limits.stateBytes) throw badAnswer("its state is too long");
  if (!service.isForward(before, parsed.data)) {
    const message = "The service went back behind what it has told already";
    throw new PollFailure("TRANSIENT", { code: "cursor_regressed", message });
  }
  // problemOfItems has looked at each of them.
  return { items: items as PollPage["items"], state: parsed.data };
}

function badAnswer(what: string): PollFailure {
  return new PollFailure("TRANSIENT", { code: "bad_answer", message: `The service told what cannot be: ${what}` });
}
