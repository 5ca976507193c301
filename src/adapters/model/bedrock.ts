/** A model on Amazon Bedrock, through its Converse API. */
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ServedModel } from "./ask.js";
import { boundedFetch } from "./boundedFetch.js";

export interface BedrockDeps {
  /** Id of a model or of an inference profile. */
  readonly model: string;
  readonly region: string;
  /** Where something else speaks Bedrock's protocol, such as a test server. @default that of AWS in the region */
  readonly url?: string | undefined;
  /** A Bedrock API key. @default AWS_BEARER_TOKEN_BEDROCK; without one, requests are signed with the credentials of the AWS SDK */
  readonly apiKey?: string | undefined;
}

/** It needs the permission `bedrock:InvokeModel`. */
export function bedrockModel({ model, region, url, apiKey }: BedrockDeps): ServedModel {
  // An AWS client looks for credentials in all the usual places: environment, profile, role. It opens nothing by itself.
  const { credentials } = new DynamoDBClient({ region }).config;
  const provider = createAmazonBedrock({
    region,
    ...(url === undefined ? {} : { baseURL: url.replace(/\/+$/, "") }),
    ...(apiKey === undefined ? {} : { apiKey }),
    credentialProvider: async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    },
    fetch: boundedFetch,
  });
  return { model: provider(model), modelUsed: model };
}
