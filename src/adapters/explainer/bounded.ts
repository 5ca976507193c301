/** An explainer that ends in time and is asked only so often, whatever the one inside does. */
import type { Explainer } from "../../domain/insights/index.js";
import { bound } from "../model/bounded.js";
import type { Bounds } from "../model/bounded.js";

/** @throws ModelError TIMEOUT and BUDGET; the reason of the caller's signal where that aborts. */
export function boundExplainer(explainer: Explainer, bounds: Bounds): Explainer {
  const { modelUsed, promptVersion } = explainer;
  return { modelUsed, promptVersion, draft: bound((...asked) => explainer.draft(...asked), bounds) };
}
