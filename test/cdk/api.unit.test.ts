/** The HTTP API: one function behind every path, bounded, and with a log that holds no secrets. */
import { describe, expect, it } from "vitest";
import { contexts, deploymentOf, resourcesOf, textOf } from "./support.js";
import type { Resource } from "./support.js";

type Stage = keyof typeof contexts;

const apiOf = (stage: Stage = "dev") => {
  const { stacks, template } = deploymentOf(contexts[stage]);
  return template(stacks.api);
};

function only(type: string, stage: Stage = "dev"): Resource {
  const [resource, ...more] = Object.values(resourcesOf(apiOf(stage), type));
  if (resource === undefined || more.length > 0) throw new Error(`there is not one ${type}`);
  return resource;
}

describe("the HTTP API", () => {
  it("leads every path to the function, in the form that it understands", () => {
    expect(only("AWS::ApiGatewayV2::Route").Properties).toMatchObject({
      RouteKey: "$default",
      AuthorizationType: "NONE",
    });
    expect(only("AWS::ApiGatewayV2::Integration").Properties).toMatchObject({
      IntegrationType: "AWS_PROXY",
      PayloadFormatVersion: "2.0",
      TimeoutInMillis: 29_000,
    });
    expect(only("AWS::Lambda::Function").Properties).toMatchObject({ Timeout: 29, MemorySize: 1024 });
  });

  it("lets no page of another origin in", () => {
    expect(only("AWS::ApiGatewayV2::Api").Properties).toMatchObject({ ProtocolType: "HTTP" });
    expect(only("AWS::ApiGatewayV2::Api").Properties).not.toHaveProperty("CorsConfiguration");
  });

  it("takes so many requests in a second, and no more", () => {
    expect(only("AWS::ApiGatewayV2::Stage").Properties).toMatchObject({
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
    });
  });

  it("logs who asked for which path, and neither query nor headers, where documents and tokens are", () => {
    const { AccessLogSettings } = only("AWS::ApiGatewayV2::Stage").Properties;
    const format = textOf((AccessLogSettings as { readonly Format?: unknown }).Format);
    expect(Object.values(JSON.parse(format) as Record<string, string>).sort()).toEqual([
      "$context.httpMethod",
      "$context.identity.sourceIp",
      "$context.integrationErrorMessage",
      "$context.path",
      "$context.requestId",
      "$context.requestTime",
      "$context.responseLatency",
      "$context.responseLength",
      "$context.status",
    ]);
  });

  it.each([
    ["dev", 7],
    ["staging", 30],
    ["prod", 90],
  ] as const)("in %s keeps its logs for %d days", (stage, days) => {
    const groups = Object.values(resourcesOf(apiOf(stage), "AWS::Logs::LogGroup"));
    expect(groups.map(({ Properties }) => Properties["RetentionInDays"])).toEqual([days, days]);
  });

  it("says where it is", () => {
    expect(apiOf("staging").toJSON()).toMatchObject({
      Outputs: { ApiUrl: { Export: { Name: "staging-IOpsDashboard-ApiUrl" } } },
    });
  });
});
