/** What the clients of AWS's services have in common: how long they wait, and where they go. */
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { isLoopbackHost } from "../../config/loopback.js";

export interface AwsAddress {
  /** @default the SDK's own */
  readonly region?: string | undefined;
  /** Where something else speaks the service's protocol, such as a test server. */
  readonly endpoint?: string | undefined;
  /** Milliseconds that a request may take. @default 5,000 */
  readonly requestMilliseconds?: number | undefined;
}

/** The configuration of a client. `maxAttempts`: how often the SDK itself sends a request at most. */
export function clientConfig(
  { region, endpoint, requestMilliseconds = 5_000 }: AwsAddress,
  { maxAttempts }: { readonly maxAttempts: number },
) {
  return {
    ...(region === undefined ? {} : { region }),
    maxAttempts,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 2_000,
      requestTimeout: requestMilliseconds,
      throwOnRequestTimeout: true,
    }),
    ...(endpoint === undefined
      ? {}
      : {
          endpoint,
          region: region ?? "us-east-1",
          // An endpoint on this machine asks for no real credentials.
          ...(isLoopbackHost(new URL(endpoint).hostname)
            ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
            : {}),
        }),
  };
}
