/** Every view that there is, as verify and rebuild know them: a context that adds a view adds it here. */
import type { Clock } from "../domain/kernel/time.js";
import type { DynamoDb } from "../store/dynamodb/client.js";
import { verifiedAsyncView } from "../store/proofs/asyncProof.js";
import type { ProofDeps } from "../store/proofs/proofDeps.js";
import { incidentVerifiedView } from "../store/readModels/incidents/index.js";
import { insightVerifiedViews } from "../store/readModels/insights/index.js";
import { integrationVerifiedViews } from "../store/readModels/integrations/index.js";
import { projectVerifiedViews } from "../store/readModels/projects/index.js";
import { researchVerifiedViews } from "../store/readModels/research/index.js";
import { sha256 } from "../store/sha256.js";
import { codec, systemClock } from "./ledger.js";
import { asyncViews } from "./processors.js";

/** What proves the ledger that `db` leads to. */
export function createProofDeps(db: DynamoDb, clock: Clock = systemClock): ProofDeps {
  // Each view is used as a whole, so that its rows are of one type.
  return {
    db,
    codec,
    digest: sha256,
    clock,
    views: [
      incidentVerifiedView,
      ...projectVerifiedViews,
      ...insightVerifiedViews,
      ...researchVerifiedViews,
      ...integrationVerifiedViews,
    ],
    asyncViews: asyncViews.map(verifiedAsyncView),
  };
}
