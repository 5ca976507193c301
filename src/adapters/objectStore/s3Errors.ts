/** What Amazon S3 refuses, in words: worth trying again, or for somebody to put right. */
import { S3ServiceException } from "@aws-sdk/client-s3";
import { UnavailableError } from "../../domain/kernel/errors.js";

/** The bucket cannot be used as the server is set up: no further try helps. */
export class ObjectStoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ObjectStoreError";
  }
}

/** Where it was asked. */
export interface Place {
  readonly bucket: string;
  /** The variable that names the bucket. */
  readonly variable: string;
}

/** What people can do about it, where that is known. */
const hints: ReadonlyMap<string, string> = new Map([
  ["NoSuchBucket", "there is no such bucket"],
  ["InvalidBucketName", "that is no name of a bucket"],
  [
    "AccessDenied",
    "the server needs s3:GetObject, s3:PutObject and s3:DeleteObject on its objects, and s3:ListBucket on the bucket, without which a missing object is refused; with a key of its own also kms:Decrypt and kms:GenerateDataKey",
  ],
  ["PermanentRedirect", "it is in another region: AWS_REGION must be that of the bucket"],
  ["AuthorizationHeaderMalformed", "it is in another region: AWS_REGION must be that of the bucket"],
  ["InvalidAccessKeyId", "the credentials of AWS are not valid"],
  ["SignatureDoesNotMatch", "the credentials of AWS are not valid"],
  ["CredentialsProviderError", "the server has no credentials of AWS"],
  ["InvalidObjectState", "the object is in a storage class that it must be restored from first"],
]);

/** Refusals that are over in a moment, though S3 calls them the caller's. */
const passing: ReadonlySet<string> = new Set([
  "SlowDown",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "ConditionalRequestConflict",
  "OperationAborted",
  "ExpiredToken",
]);

export function is(error: unknown, name: string): boolean {
  return nameOf(error) === name;
}

/** An UnavailableError where another try may help, else an ObjectStoreError. */
export function toStoreError(error: unknown, what: "put" | "get" | "delete", place: Place): Error {
  if (error instanceof UnavailableError || error instanceof ObjectStoreError) return error;
  const name = nameOf(error);
  const hint = hints.get(name);
  if (hint === undefined && !isRefusal(error, name))
    return new UnavailableError("the object store does not answer as it should: try again", [], { cause: error });
  const { bucket, variable } = place;
  const said = `Amazon S3 refuses to ${what} in the bucket ${bucket} (${variable}): ${name}`;
  return new ObjectStoreError(hint === undefined ? said : `${said}: ${hint}`, { cause: error });
}

/** A 4xx that is neither throttling nor a matter of time; what is no answer at all is the network. */
function isRefusal(error: unknown, name: string): boolean {
  if (!(error instanceof S3ServiceException) || passing.has(name)) return false;
  const { httpStatusCode: status = 0 } = error.$metadata;
  return status >= 300 && status < 500 && status !== 429 && status !== 408;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
