/** What an engine is to the rest of the server: an address, and what must be known of its ways. */
import type { DynamoDbAddress } from "../dynamodb/client.js";

export type EngineKind = "endpoint" | "aws" | "dynoxide" | "dynamodb-local";

/** Takes one thing worth knowing: a restart, an installation. */
export type EngineLog = (event: {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly [field: string]: unknown;
}) => void;

export interface EngineOptions {
  /** Folder of the engine's data and of `engine.json`; made where absent. */
  readonly dataDir: string;
  /** A DynamoDB-compatible server that runs already. Wins over `kind`. */
  readonly endpoint?: string | undefined;
  /** @default "dynoxide" */
  readonly kind?: "aws" | "dynoxide" | "dynamodb-local" | undefined;
  /** @default us-east-1; on AWS what the SDK's own rules find */
  readonly region?: string | undefined;
  readonly log: EngineLog;
}

export interface Engine extends DynamoDbAddress {
  readonly kind: EngineKind;
  /** One line for people: `Dynoxide 1.2.1 at http://127.0.0.1:41234, data in .data`. */
  readonly description: string;
  /** Process id of the engine that was started, the present one after a restart; undefined where none was. */
  readonly pid?: number | undefined;
  /** Whether items go by themselves after their time to live; where not, somebody must sweep. */
  readonly deletesExpiredItems: boolean;
  /** Whether DynamoDB Streams number the records of a table 1, 2, 3 ... without a gap. */
  readonly contiguousSequenceNumbers: boolean;
  /** Stops what was started, and resolves when it is gone. May be called more than once. */
  close(): Promise<void>;
}
