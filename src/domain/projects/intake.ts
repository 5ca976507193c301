/** From a delivery to the command that records it: whose it is, what of it is kept, where its stream and its place are. */
import { jsonBytes } from "../kernel/json.js";
import type { Json } from "../kernel/json.js";
import { ValidationError, invalid, parseOrRefuse } from "../kernel/errors.js";
import { canonicalJson } from "../kernel/hashChain.js";
import type { Digest } from "../kernel/hashChain.js";
import type { ObjectStore } from "../kernel/objectStore.js";
import { present } from "../kernel/present.js";
import type { Request } from "../kernel/request.js";
import { clipLine } from "../kernel/text.js";
import type { Clock } from "../kernel/time.js";
import { clipJson } from "./clip.js";
import type { ProjectsCommandOf } from "./commands.js";
import type { EventTimes } from "./eventTime.js";
import { IncomingEvent } from "./normalised.js";
import type { NormalisedEvent } from "./normalised.js";
import { redact, redactJson } from "./redact.js";
import { assignmentRuleFor } from "./routing.js";
import { isProjectVisible, requireOwnProject } from "./scope.js";
import type { SettingsReader } from "./settingsReader.js";
import { limits, unassigned } from "./values.js";
import type { NotificationLevel } from "./values.js";

export type ReceiveProjectEvent = ProjectsCommandOf<"ReceiveProjectEvent">;

/** A delivery that may be recorded. */
export interface Delivery {
  readonly projectEventId: string;
  readonly command: ReceiveProjectEvent;
  /** The caller's key that the delivery id was made of. */
  readonly idempotencyKey?: string;
  /** The whole original, where it is kept beside the log; it must be put there first. */
  readonly original?: { readonly objectKey: string; readonly content: string };
}

export interface IntakeDeps {
  readonly settings: Pick<SettingsReader, "settings" | "routing">;
  readonly objects: Pick<ObjectStore, "put">;
  readonly digest: Digest;
  readonly eventTimes: EventTimes;
  readonly clock: Clock;
  /** A uuid v5: the same for the same text, always. */
  readonly toId: (name: string) => string;
}

export interface Intake {
  /** Reads a delivery. @throws ValidationError, ForbiddenError. No request where settings and rules are at hand. */
  read(input: unknown, request: Pick<Request, "scope">): Promise<Delivery>;
  /** Has the settings of the projects that deliveries name at hand, all of them at once. @throws UnavailableError. */
  prepare(inputs: readonly unknown[], request: Pick<Request, "scope">): Promise<void>;
  /** Keeps the original where it is too large for the log. */
  keepOriginal(delivery: Delivery): Promise<void>;
  /** The command with the next free place of its project. */
  elsewhere(command: ReceiveProjectEvent): ReceiveProjectEvent;
}

const NamedProject = IncomingEvent.pick({ project: true });

/** Bytes of the readable part: 45 rows with it and their original must fit into one transaction of 4 MB. */
const eventBytes = 48_000;

export function createIntake(deps: IntakeDeps): Intake {
  const { settings, objects, digest, eventTimes, clock, toId } = deps;

  const assign = async ({ project, source, event }: IncomingEvent): Promise<{ project: string; ruleId?: string }> => {
    if (project !== undefined) return { project };
    const { rules } = await settings.routing();
    const rule = assignmentRuleFor(rules, source, event);
    return rule === undefined ? { project: unassigned } : { project: rule.project, ruleId: rule.ruleId };
  };

  const isToldAtOnce = async (project: string, event: NormalisedEvent): Promise<boolean> =>
    project !== unassigned && isTold((await settings.settings(project)).notifications, event);

  const keep = (projectEventId: string, eventData: Json | undefined) => {
    const kept = clipJson(eventData);
    if (!kept.clipped) return { kept, original: undefined };
    const content = JSON.stringify(eventData);
    const sha256 = digest(content, "hex");
    // The hash in the key: what comes later under the same delivery id cannot take its place.
    const objectKey = `project-events/${projectEventId}/${sha256}.json`;
    return { kept, original: { objectKey, content, sha256, bytes: new TextEncoder().encode(content).length } };
  };

  const inputHash = ({ source, project, occurredAt, event, eventData }: IncomingEvent): string =>
    digest(canonicalJson({ source, project, occurredAt, event, eventData }), "base64url");

  return {
    async read(input, { scope }) {
      const incoming = withoutSecrets(parse(input));
      if (incoming.project !== undefined) requireOwnProject(incoming.project, "project", scope);
      else if (scope !== "all") throw invalid("project", "must be given: it must be one of your projects");
      const { source, deliveryId, occurredAt, verification, idempotencyKey } = incoming;
      const projectEventId = toId(nameOf(incoming));
      const event = fit(incoming.event);
      const assigned = await assign(incoming);
      const notify = await isToldAtOnce(assigned.project, event);
      const { kept, original } = keep(projectEventId, incoming.eventData);
      const command: ReceiveProjectEvent = {
        type: "ReceiveProjectEvent",
        ...assigned,
        source,
        deliveryId,
        eventTime: eventTimes.next(assigned.project, clock.now()),
        event,
        ...kept,
        ...present({
          original: original && { objectKey: original.objectKey, bytes: original.bytes, sha256: original.sha256 },
        }),
        verification,
        notify,
        ...present({ occurredAt, inputHash: idempotencyKey === undefined ? undefined : inputHash(incoming) }),
      };
      return { projectEventId, command, ...present({ original, idempotencyKey }) };
    },

    async prepare(inputs, { scope }) {
      const named = inputs.flatMap((input) => NamedProject.safeParse(input).data?.project ?? []);
      const projects = [...new Set(named)].filter(
        (project) => project !== unassigned && isProjectVisible(project, scope),
      );
      await Promise.all(projects.map((project) => settings.settings(project)));
    },

    async keepOriginal({ original }) {
      if (original !== undefined) await objects.put(original.objectKey, original.content, { once: true });
    },

    elsewhere: (command) => ({ ...command, eventTime: eventTimes.next(command.project, clock.now()) }),
  };
}

/**
 * What makes a delivery the same as another. What is signed goes by the id that is under the signature. What is not has names
 * of its own, in the project that its caller names: nobody takes an id away from a signed delivery, or from another project,
 * or learns which ids there are. A key is its caller's alone, whatever is brought under it.
 */
function nameOf({ source, deliveryId, project, verification, fingerprint, idempotencyKey }: IncomingEvent): string {
  const { scheme } = verification;
  const parts =
    scheme !== "NONE"
      ? [source, scheme, fingerprint ?? deliveryId]
      : idempotencyKey === undefined
        ? [source, scheme, project ?? null, deliveryId]
        : ["key", deliveryId];
  return JSON.stringify(["project-event", ...parts]);
}

/** What callers of the API bring, as parsers leave what sources send: the log cannot forget what somebody has pasted. */
function withoutSecrets(incoming: IncomingEvent): IncomingEvent {
  if (incoming.verification.scheme !== "NONE") return incoming;
  const { event, eventData } = incoming;
  const { title, text, actor, url, refs, labels } = event;
  return {
    ...incoming,
    event: {
      ...event,
      title: clipLine(redact(title), limits.title),
      ...present({ text: text && clipLine(redact(text), limits.text) }),
      ...present({ actor: actor && withoutSecret(actor, "name", limits.person) }),
      url: url === undefined || redact(url) === url ? url : undefined,
      refs: refs.map((ref) => withoutSecret(ref, "title", limits.title)),
      labels: labels.map((label) => clipLine(redact(label), limits.label)),
    },
    ...present({ eventData: eventData === undefined ? undefined : redactJson(eventData) }),
  };
}

/** The thing with one of its texts redacted, and without a link that holds a secret. */
function withoutSecret<
  Field extends string,
  T extends { readonly [F in Field]?: string | undefined } & { url?: string | undefined },
>(thing: T, field: Field, maximum: number): T {
  const { url } = thing;
  const text: string | undefined = thing[field];
  return {
    ...thing,
    ...(text === undefined ? {} : { [field]: clipLine(redact(text), maximum) }),
    url: url === undefined || redact(url) === url ? url : undefined,
  };
}

function parse(input: unknown): IncomingEvent {
  try {
    return parseOrRefuse(IncomingEvent, input);
  } catch (error) {
    // Thousands of levels: more than any reader of JSON can walk through.
    if (error instanceof RangeError) throw deepest(error);
    throw error;
  }
}

function deepest(cause: unknown): ValidationError {
  return new ValidationError([{ path: ["eventData"], message: "is nested too deeply" }], { cause });
}

function isTold(level: NotificationLevel, { importance }: NormalisedEvent): boolean {
  return level === "ALL" || (level === "CRITICAL" && importance === "CRITICAL");
}

/** Without the last refs and labels where there is more than a row may hold. */
function fit(event: NormalisedEvent): NormalisedEvent {
  let fitting = event;
  while (jsonBytes(fitting) > eventBytes && fitting.refs.length > 0)
    fitting = { ...fitting, refs: fitting.refs.slice(0, -1) };
  return fitting;
}

/** Bytes that a delivery adds to a transaction: in its commit and in its row. */
export function bytesOf({ command }: Delivery): number {
  return 2 * jsonBytes(command);
}
