/** GraphQL, webhooks and the playground over HTTP, on Lambda. Subscriptions are for the containers. */
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as apigatewayv2 from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Parts } from "./access.js";
import { createFunction, sizes } from "./function.js";
import { createLogGroup } from "./logs.js";
import { exportName } from "./names.js";
import type { OpsledgerStackProps } from "./stack-props.js";

/** Requests in a second, of all callers. Beyond them API Gateway answers 429; what each caller may do says RATE_LIMIT_PER_MINUTE. */
const throttle = { rateLimit: 200, burstLimit: 400 };

export interface ApiStackProps extends OpsledgerStackProps, Omit<Parts, "settings"> {}

export class ApiStack extends Stack {
  readonly function: lambda.Function;
  readonly api: apigatewayv2.HttpApi;
  /** `https://<id>.execute-api.<region>.amazonaws.com`, without a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    const { settings, core, database, intelligence, ...stackProps } = props;
    super(scope, id, stackProps);
    this.function = createFunction(this, "graphql", { parts: { settings, core, database, intelligence } });
    // No CORS: a page of another origin has no business here unless somebody says so.
    this.api = new apigatewayv2.HttpApi(this, "Api", {
      apiName: `${settings.prefix}opsledger`,
      description: "Opsledger: GraphQL, webhooks and playground",
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration("Graphql", this.function, {
        payloadFormatVersion: apigatewayv2.PayloadFormatVersion.VERSION_2_0,
        timeout: Duration.seconds(sizes.graphql.seconds),
      }),
    });
    const accessLog = createLogGroup(this, "AccessLog", {
      // API Gateway writes below this name without a policy for each group.
      name: `/aws/vendedlogs/${settings.prefix}opsledger-api`,
      settings,
    });
    new apigatewayv2.HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new apigatewayv2.LogGroupLogDestination(accessLog),
        format: accessLogFormat(),
      },
    });
    this.url = this.api.apiEndpoint;
    new CfnOutput(this, "ApiUrl", {
      value: `${this.url}/graphql`,
      description: "GraphQL over HTTP; the playground in a browser",
      exportName: exportName(settings, "ApiUrl"),
    });
  }
}

/** Who asked for what, when, and what came of it. No query string: it may hold a document, or a token of a sender. */
function accessLogFormat(): apigateway.AccessLogFormat {
  return apigateway.AccessLogFormat.custom(
    JSON.stringify({
      requestId: "$context.requestId",
      time: "$context.requestTime",
      ip: "$context.identity.sourceIp",
      method: "$context.httpMethod",
      path: "$context.path",
      status: "$context.status",
      bytes: "$context.responseLength",
      milliseconds: "$context.responseLatency",
      error: "$context.integrationErrorMessage",
    }),
  );
}
