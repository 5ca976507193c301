/** A batch policy as a caller writes it, with the defaults of what was not given; not yet checked. */
import { defaultBatchPolicy } from "../../domain/projects/index.js";
import type { BatchPolicy } from "../../domain/projects/index.js";
import type { BatchPolicyInput } from "../../schema/projects/project.input.js";
import { given } from "../mutations.js";

export function toPolicy({ quietHours, ...policy }: BatchPolicyInput): BatchPolicy {
  return { ...defaultBatchPolicy, ...given(policy), ...(quietHours == null ? {} : { quietHours: { ...quietHours } }) };
}
