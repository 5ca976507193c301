/** The buckets: objects of the ledger, and the archive of incidents that ended long ago. */
import { Duration } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { retentionOf } from "./retention.js";
import type { Settings } from "./settings.js";

const daysUntilMoved = 30;
/** What was deleted or overwritten can be had back for so long. */
const daysOfOldVersions = 30;
const daysOfUnfinishedUploads = 7;

/** Reports and the like: read much while they are new, and now and then for years. */
export function createObjectBucket(scope: Construct, settings: Settings): s3.Bucket {
  return createBucket(scope, "Objects", settings, s3.StorageClass.INFREQUENT_ACCESS);
}

/** Read seldom, and then at once: restoring waits for no retrieval job. */
export function createArchiveBucket(scope: Construct, settings: Settings): s3.Bucket {
  return createBucket(scope, "Archive", settings, s3.StorageClass.GLACIER_INSTANT_RETRIEVAL);
}

/** Private, encrypted with S3's own keys (which are free), reached by TLS only; nothing in it expires by itself. */
function createBucket(scope: Construct, id: string, settings: Settings, later: s3.StorageClass): s3.Bucket {
  const { removalPolicy, emptiesBuckets } = retentionOf(settings);
  return new s3.Bucket(scope, id, {
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    removalPolicy,
    autoDeleteObjects: emptiesBuckets,
    // Cheaper classes charge smaller objects as if they had 128 KB, so that these stay where they are.
    transitionDefaultMinimumObjectSize: s3.TransitionDefaultMinimumObjectSize.ALL_STORAGE_CLASSES_128_K,
    lifecycleRules: [
      {
        id: "large-objects-get-cheaper",
        transitions: [{ storageClass: later, transitionAfter: Duration.days(daysUntilMoved) }],
      },
      {
        id: "leftovers-go",
        noncurrentVersionExpiration: Duration.days(daysOfOldVersions),
        abortIncompleteMultipartUploadAfter: Duration.days(daysOfUnfinishedUploads),
        expiredObjectDeleteMarker: true,
      },
    ],
  });
}
