/** Deliveries as fixtures, for the tests of parsers and routes. */
import type { Json } from "../../../src/domain/kernel/json.js";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ProvenDelivery } from "../../../src/adapters/webhooks/webhook.js";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "webhooks");

export interface Fixture {
  /** GitHub only: what is in `X-GitHub-Event`. */
  readonly event?: string;
  readonly payload: Json;
}

export function fixtureNames(source: string): string[] {
  return readdirSync(join(folder, source))
    .map((file) => file.replace(/\.json$/, ""))
    .sort();
}

export function readFixture(source: string, name: string): Fixture {
  return JSON.parse(readFileSync(join(folder, source, `${name}.json`), "utf8")) as Fixture;
}

/** A delivery whose signature was good. */
export function proven(json: Json, headers: Readonly<Record<string, string>> = {}): ProvenDelivery {
  const verification = { scheme: "GITHUB_SHA256", secret: "CURRENT" } as const;
  return { headers, json, body: Buffer.from(JSON.stringify(json)), verification };
}
