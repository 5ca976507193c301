/** Events as stored formats: every type has a schema for each version ever written and a way up to the newest. */
import type { z } from "zod";
import type { DomainEvent } from "./event.js";

/** The versions of one event type, oldest first. All but the newest say how to lift their data one version up. */
export interface EventFormat {
  readonly current: z.ZodType;
  /** `upcasters[0]` lifts version 1 to 2, and so on; pure. */
  readonly upcasters?: readonly ((data: unknown) => unknown)[];
  /**
   * How data of the version that the next release writes becomes data of the newest one here; pure. For the release before it, so
   * that servers of both can run beside each other.
   */
  readonly fromNext?: (data: unknown) => unknown;
}

/** The newest schema of each event type of a kind of stream. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

/** Any event of these types. */
export type EventOf<Schemas extends EventSchemas> = {
  [T in keyof Schemas & string]: { readonly type: T; readonly data: Readonly<z.output<Schemas[T]>> };
}[keyof Schemas & string];

/** The formats of types that were only ever written in one version. */
export function firstFormats<Schemas extends EventSchemas>(
  schemas: Schemas,
): Readonly<Record<keyof Schemas & string, EventFormat>> {
  // Made from the entries of `schemas`, so the keys are its keys.
  return Object.fromEntries(Object.entries(schemas).map(([type, current]) => [type, { current }])) as unknown as Record<
    keyof Schemas & string,
    EventFormat
  >;
}

/** Decodes what was stored under any version; encodes in the newest. Throws where the stored data is not of its schema. */
export interface EventCodec {
  /** Types and the version in which each is written today. */
  readonly versions: ReadonlyMap<string, number>;
  encode(event: DomainEvent): { type: string; schemaVersion: number; data: unknown };
  decode(type: string, schemaVersion: number, data: unknown): { type: string; schemaVersion: number; data: unknown };
}

/** An event that another release has written, of a type or in a version that this one has no schema for. */
export class UnknownEventError extends Error {
  constructor(type: string, schemaVersion: number) {
    super(`no schema for event ${type} version ${schemaVersion}`);
    this.name = "UnknownEventError";
  }
}

/** Builds a codec from the formats of several contexts. Type names are unique across all of them. */
export function createCodec(formats: Readonly<Record<string, EventFormat>>): EventCodec {
  const versionOf = (format: EventFormat) => (format.upcasters?.length ?? 0) + 1;
  const isVersionOf = (format: EventFormat, version: number) =>
    Number.isInteger(version) && version >= 1 && version <= versionOf(format) + (format.fromNext === undefined ? 0 : 1);
  const find = (type: string, schemaVersion: number): EventFormat => {
    const format = Object.hasOwn(formats, type) ? formats[type] : undefined;
    if (format === undefined || !isVersionOf(format, schemaVersion)) {
      throw new UnknownEventError(type, schemaVersion);
    }
    return format;
  };
  return {
    versions: new Map(Object.entries(formats).map(([type, format]) => [type, versionOf(format)])),
    encode: ({ type, data }) => {
      const format = find(type, 1);
      return { type, schemaVersion: versionOf(format), data: format.current.parse(data) };
    },
    decode: (type, schemaVersion, data) => {
      const format = find(type, schemaVersion);
      const isNext = schemaVersion > versionOf(format);
      const steps = isNext && format.fromNext ? [format.fromNext] : (format.upcasters ?? []).slice(schemaVersion - 1);
      const lifted = steps.reduce((value, step) => step(value), data);
      return { type, schemaVersion: versionOf(format), data: format.current.parse(lifted) };
    },
  };
}

/**
 * The codec for whoever hands events on without looking into them, such as the feeder: what a newer release has written stays as
 * it is stored, for readers that know it.
 */
export function passingNewerOn(codec: EventCodec): EventCodec {
  return {
    ...codec,
    decode: (type, schemaVersion, data) =>
      schemaVersion > (codec.versions.get(type) ?? 0)
        ? { type, schemaVersion, data }
        : codec.decode(type, schemaVersion, data),
  };
}
