/** Scalars: instants with a zone, durations, and JSON for what has no shape of its own. */
import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { GraphQLJSON } from "graphql-scalars";
import { parseInstant } from "../domain/kernel/time.js";
import type { Instant } from "../domain/kernel/time.js";

function readInstant(value: unknown): Instant {
  const instant = typeof value === "string" ? parseInstant(value) : undefined;
  if (instant === undefined) {
    throw new GraphQLError(
      "DateTime must be an RFC 3339 date and time with a zone, such as 2025-01-15T10:30:00Z or 2025-01-15T11:30:00+01:00",
      { extensions: { code: "BAD_USER_INPUT" } },
    );
  }
  return instant;
}

/** In: RFC 3339 with a zone. Out: UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<Instant, string>({
  name: "DateTime",
  description:
    "An instant as RFC 3339 text. The zone is required on input; output is in UTC with milliseconds, such as 2025-01-15T10:30:00.000Z.",
  specifiedByURL: "https://datatracker.ietf.org/doc/html/rfc3339",
  serialize: (value) => String(value),
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(node.kind === Kind.STRING ? node.value : undefined),
});

/** `PT1H2M3.5S` of a number of milliseconds. */
export function toIsoDuration(milliseconds: number): string {
  const seconds = Math.abs(milliseconds) / 1000;
  const parts = [
    [Math.floor(seconds / 3600), "H"],
    [Math.floor((seconds % 3600) / 60), "M"],
    [Number((seconds % 60).toFixed(3)), "S"],
  ] as const;
  const text = parts.flatMap(([amount, unit]) => (amount === 0 ? [] : [`${amount}${unit}`])).join("");
  return `${milliseconds < 0 ? "-" : ""}PT${text === "" ? "0S" : text}`;
}

/** Output only; the value is a number of milliseconds. */
export const Duration = new GraphQLScalarType<number, string>({
  name: "Duration",
  description: "A length of time as ISO 8601 text in hours, minutes and seconds, such as PT1H2M3.5S. Output only.",
  specifiedByURL: "https://www.iso.org/iso-8601-date-and-time-format.html",
  serialize: (value) => toIsoDuration(Number(value)),
  parseValue: () => {
    throw new GraphQLError("Duration is an output type");
  },
});

/** Output only, as it is. */
export const Json = new GraphQLScalarType<unknown, unknown>({
  ...GraphQLJSON.toConfig(),
  name: "JSON",
  description: "Any JSON value: what has no shape of its own here, or another one for each kind.",
});
