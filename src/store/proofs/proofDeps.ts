/** What the proofs work with. */
import type { EventCodec } from "../../domain/kernel/codec.js";
import type { Digest } from "../../domain/kernel/hashChain.js";
import { parseStreamName } from "../../domain/kernel/streamName.js";
import type { Clock } from "../../domain/kernel/time.js";
import type { DynamoDb } from "../dynamodb/client.js";
import type { VerifiedAsyncView } from "./asyncProof.js";
import type { ProofRules } from "./streamProof.js";
import type { VerifiedView } from "./verifiedView.js";

export interface ProofDeps {
  readonly db: DynamoDb;
  readonly codec: EventCodec;
  readonly digest: Digest;
  readonly clock: Clock;
  /** One for each category that has inline views. */
  readonly views: readonly VerifiedView[];
  readonly asyncViews: readonly VerifiedAsyncView[];
  /** Whether every event must have a hash. Verify and rebuild take it from the ledger. */
  readonly hashed?: boolean | undefined;
}

/** The view of a stream's category. */
export function viewOf(views: readonly VerifiedView[], streamId: string): VerifiedView | undefined {
  const { category } = parseStreamName(streamId);
  return views.find((view) => view.category === category);
}

/** What a stream is proved by. */
export function rulesFor({ codec, digest, views, hashed }: ProofDeps, streamId: string): ProofRules {
  return { codec, digest, hashed, view: viewOf(views, streamId) };
}
