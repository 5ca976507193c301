/** What the failures of Amazon SNS mean to whoever wanted to publish. */
import {
  NotifierBusyError,
  NotifierRefusedError,
  NotifierUnreachableError,
  UnavailableError,
} from "../../domain/kernel/index.js";
import { isUnconnected } from "../notifications/unconnected.js";

/**
 * Names of errors for which a person must look, and what that person can do. What is not here passes, also what nobody has heard
 * of: trying again loses nothing.
 */
const refusals: ReadonlyMap<string, string | undefined> = new Map([
  ["AuthorizationErrorException", "the server needs the permission sns:Publish on the topic"],
  ["AuthorizationError", "the server needs the permission sns:Publish on the topic"],
  ["AccessDenied", "the server needs the permission sns:Publish on the topic"],
  ["AccessDeniedException", "the server needs the permission sns:Publish on the topic"],
  ["NotFoundException", "there is no topic with the ARN of SNS_TOPIC_ARN"],
  ["NotFound", "there is no topic with the ARN of SNS_TOPIC_ARN"],
  ["InvalidClientTokenId", "the credentials of AWS are not valid"],
  ["UnrecognizedClientException", "the credentials of AWS are not valid"],
  ["SignatureDoesNotMatch", "the credentials of AWS are not valid"],
  ["OptInRequired", "the account has no SNS in the region"],
  ["InvalidSecurityException", undefined],
  ["InvalidParameterException", undefined],
  ["InvalidParameterValueException", undefined],
  ["ValidationException", undefined],
  ["EndpointDisabledException", undefined],
  ["PlatformApplicationDisabledException", undefined],
  ["KMSAccessDeniedException", "the server needs kms:GenerateDataKey and kms:Decrypt on the topic's key"],
  ["KMSAccessDenied", "the server needs kms:GenerateDataKey and kms:Decrypt on the topic's key"],
  ["KMSDisabledException", "the topic's key is disabled"],
  ["KMSDisabled", "the topic's key is disabled"],
  ["KMSInvalidStateException", "the topic's key cannot be used as it is"],
  ["KMSNotFoundException", "the topic's key is gone"],
  ["KMSOptInRequired", undefined],
]);

/** So long is waited where SNS has too many of our requests: it does not say how long. */
const throttledSeconds = 5;

/** {@link NotifierBusyError}, {@link NotifierUnreachableError}, {@link NotifierRefusedError} or another {@link UnavailableError}. */
export function toNotifierError(error: unknown): Error {
  if (error instanceof UnavailableError || error instanceof NotifierRefusedError) return error;
  const name = error instanceof Error ? error.name : "unknown error";
  if (/throttl/i.test(name) || statusOf(error) === 429) {
    return new NotifierBusyError(throttledSeconds, `Amazon SNS says ${name}`, { cause: error });
  }
  if (refusals.has(name)) {
    return new NotifierRefusedError(`Amazon SNS says ${name}: ${refusals.get(name) ?? saidBy(error)}`, {
      cause: error,
    });
  }
  const message = `Amazon SNS does not take the message: ${name}: ${saidBy(error)}`;
  // Without credentials nothing is sent.
  return isUnconnected(error) || name === "CredentialsProviderError"
    ? new NotifierUnreachableError(message, [], { cause: error })
    : new UnavailableError(message, [], { cause: error });
}

function saidBy(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}

function statusOf(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const { $metadata: metadata } = error;
  return typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
    ? metadata.httpStatusCode
    : undefined;
}
