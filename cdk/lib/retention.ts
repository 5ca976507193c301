/** What becomes of data when its stack is deleted, or when somebody tries to delete it, by what is at stake. */
import { RemovalPolicy } from "aws-cdk-lib";
import type { Settings } from "./settings.js";

export interface Retention {
  /** Of tables, buckets and secrets, when their stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether tables and stacks refuse to be deleted until somebody has switched that off. */
  readonly isProtected: boolean;
  /** Whether buckets are emptied so that they can be deleted. */
  readonly emptiesBuckets: boolean;
  /** How long events can be replayed from the archive of the bus. */
  readonly busArchiveDays: number;
}

/** Not from a first deployment that fails: what it leaves behind is empty, and in the way of the second. */
const keeps = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/** `staging` is not protected, and keeps its data all the same: what becomes of prod is tried out there first. */
const retentions: Readonly<Record<Settings["stage"], Retention>> = {
  dev: { removalPolicy: RemovalPolicy.DESTROY, isProtected: false, emptiesBuckets: true, busArchiveDays: 7 },
  staging: { removalPolicy: keeps, isProtected: false, emptiesBuckets: false, busArchiveDays: 14 },
  prod: { removalPolicy: keeps, isProtected: true, emptiesBuckets: false, busArchiveDays: 90 },
};

export function retentionOf({ stage }: Pick<Settings, "stage">): Retention {
  return retentions[stage];
}
