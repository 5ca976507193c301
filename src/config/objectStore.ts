/** Where content is that is too large for a row: the variables of the object store. */
import { join } from "node:path";
import type { Environment, Problem } from "./auth.js";

export const objectStores = ["folder", "s3"] as const;

export type ObjectStoreConfig =
  | { readonly kind: "folder"; readonly folder: string }
  | {
      readonly kind: "s3";
      readonly bucket: string;
      /** For archives. @default `bucket` */
      readonly archiveBucket?: string | undefined;
      readonly endpoint?: string | undefined;
      readonly region?: string | undefined;
    };

/** What S3 takes as the name of a bucket. */
export const bucketName = /^(?=.{3,63}$)[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*[a-z0-9]$/;

/** What is wrong with the variables as a whole. */
export function objectStoreProblems(present: Environment): Problem[] {
  if (present["OBJECT_STORE"] === "s3")
    return present["OBJECT_BUCKET"] === undefined
      ? [{ variable: "OBJECT_BUCKET", message: "must be set beside OBJECT_STORE=s3" }]
      : [];
  return ["OBJECT_BUCKET", "ARCHIVE_BUCKET", "S3_ENDPOINT"]
    .filter((variable) => present[variable] !== undefined)
    .map((variable) => ({ variable, message: "has no effect without OBJECT_STORE=s3" }));
}

/** The variables of an environment without {@link objectStoreProblems}. */
export function toObjectStoreConfig(values: {
  readonly DATA_DIR: string;
  readonly OBJECT_STORE: (typeof objectStores)[number];
  readonly OBJECT_BUCKET?: string | undefined;
  readonly ARCHIVE_BUCKET?: string | undefined;
  readonly S3_ENDPOINT?: string | undefined;
  readonly AWS_REGION?: string | undefined;
}): ObjectStoreConfig {
  const { OBJECT_STORE: kind, OBJECT_BUCKET: bucket } = values;
  if (kind === "folder" || bucket === undefined)
    return Object.freeze({ kind: "folder", folder: join(values.DATA_DIR, "objects") });
  return Object.freeze({
    kind,
    bucket,
    archiveBucket: values.ARCHIVE_BUCKET,
    endpoint: values.S3_ENDPOINT,
    region: values.AWS_REGION,
  });
}
