/** The containers and what stands before them: who can reach whom, what they are given, and how they are replaced. */
import { readFileSync } from "node:fs";
import type { Template } from "aws-cdk-lib/assertions";
import { fastify } from "fastify";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseConfig } from "../../src/config/config.js";
import { allowedOf, linesOf } from "./roles.js";
import { contexts, deploymentOf, resourcesOf, statementsOf, textOf } from "./support.js";
import type { Resource } from "./support.js";

/** `dev`: within the network. `prod`: with a certificate, and keys of an issuer. */
type Stage = "dev" | "prod";

function serviceOf(stage: Stage = "dev"): Template {
  const { stacks, template } = deploymentOf(contexts[stage]);
  if (stacks.service === undefined) throw new Error("there are no containers");
  return template(stacks.service);
}

const all = (type: string, stage?: Stage) => resourcesOf(serviceOf(stage), type);

function only(type: string, stage?: Stage): Resource {
  const [resource, ...more] = Object.values(all(type, stage));
  if (resource === undefined || more.length > 0) throw new Error(`there is not one ${type}`);
  return resource;
}

const Container = z.object({
  Environment: z.array(z.object({ Name: z.string(), Value: z.unknown().transform(textOf) })),
  Secrets: z.array(z.object({ Name: z.string(), ValueFrom: z.unknown().transform(textOf) })),
});

function containerOf(stage?: Stage) {
  const { Properties } = only("AWS::ECS::TaskDefinition", stage);
  const [container] = z.tuple([z.looseObject({})]).parse(Properties["ContainerDefinitions"]);
  return { ...container, ...Container.parse(container) };
}

describe("the network", () => {
  it("has public subnets in two zones of whatever region it is, and nothing that costs by the hour", () => {
    const subnets = Object.values(all("AWS::EC2::Subnet"));
    expect(subnets.map(({ Properties }) => JSON.stringify(Properties["AvailabilityZone"]))).toEqual([
      '{"Fn::Select":[0,{"Fn::GetAZs":""}]}',
      '{"Fn::Select":[1,{"Fn::GetAZs":""}]}',
    ]);
    expect(all("AWS::EC2::NatGateway")).toEqual({});
    const endpoints = Object.values(all("AWS::EC2::VPCEndpoint")).map(({ Properties }) => Properties);
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType)).toEqual(["Gateway", "Gateway"]);
    expect(endpoints.map(({ ServiceName }) => textOf(ServiceName)).sort()).toEqual([
      "com.amazonaws.${AWS::Region}.dynamodb",
      "com.amazonaws.${AWS::Region}.s3",
    ]);
  });

  const Rule = z.object({
    CidrIp: z.unknown().transform(textOf),
    FromPort: z.number().optional(),
    ToPort: z.number().optional(),
  });
  const groupsOf = (stage: Stage) =>
    Object.fromEntries(
      Object.entries(all("AWS::EC2::SecurityGroup", stage)).map(([id, { Properties }]) => {
        const rules = (name: string) =>
          z
            .array(Rule)
            .default([])
            .parse(Properties[name])
            .map(({ CidrIp, FromPort, ToPort }) => `${CidrIp.replace(/[0-9A-F]{8}\./, ".")} ${FromPort}-${ToPort}`);
        return [
          id.replace(/[0-9A-F]{8}$/, ""),
          { in: rules("SecurityGroupIngress"), out: rules("SecurityGroupEgress") },
        ];
      }),
    );

  it.each([
    ["dev", ["${Network.CidrBlock} 80-80"]],
    ["prod", ["0.0.0.0/0 443-443", "0.0.0.0/0 80-80"]],
  ] as const)(
    "in %s lets callers reach the load balancer alone, and containers reach HTTPS alone",
    (stage, callers) => {
      expect(groupsOf(stage)).toEqual({
        BalancerGroup: { in: callers, out: [] },
        ContainerGroup: { in: [], out: ["0.0.0.0/0 443-443"] },
      });
      const ports = { FromPort: 4_000, ToPort: 4_000, IpProtocol: "tcp" };
      expect(only("AWS::EC2::SecurityGroupIngress", stage).Properties).toMatchObject(ports);
      expect(only("AWS::EC2::SecurityGroupEgress", stage).Properties).toMatchObject(ports);
    },
  );
});

describe("the load balancer", () => {
  it("is within the network where there is no certificate, and never without TLS outside", () => {
    expect(only("AWS::ElasticLoadBalancingV2::LoadBalancer").Properties).toMatchObject({ Scheme: "internal" });
    expect(only("AWS::ElasticLoadBalancingV2::Listener").Properties).toMatchObject({ Port: 80, Protocol: "HTTP" });

    expect(only("AWS::ElasticLoadBalancingV2::LoadBalancer", "prod").Properties).toMatchObject({
      Scheme: "internet-facing",
    });
    const listeners = Object.values(all("AWS::ElasticLoadBalancingV2::Listener", "prod"));
    expect(listeners.map(({ Properties }) => Properties)).toMatchObject([
      {
        Port: 443,
        Protocol: "HTTPS",
        Certificates: [{ CertificateArn: contexts.prod.certificateArn }],
        SslPolicy: expect.stringMatching(/^ELBSecurityPolicy-TLS13-1-2/) as string,
        DefaultActions: [{ Type: "forward" }],
      },
      { Port: 80, DefaultActions: [{ Type: "redirect", RedirectConfig: { Port: "443", Protocol: "HTTPS" } }] },
    ]);
  });

  it.each(["dev", "prod"] as const)("can be taken back by a deployment that fails, in %s, too", (stage) => {
    const { LoadBalancerAttributes } = only("AWS::ElasticLoadBalancingV2::LoadBalancer", stage).Properties;
    expect(LoadBalancerAttributes).toEqual(
      expect.arrayContaining([
        { Key: "deletion_protection.enabled", Value: "false" },
        { Key: "routing.http.drop_invalid_header_fields.enabled", Value: "true" },
      ]),
    );
  });

  it("lets go of a connection that nobody uses before the server does, and never of one that the server pings", async () => {
    const { LoadBalancerAttributes } = only("AWS::ElasticLoadBalancingV2::LoadBalancer").Properties;
    const attributes = z.array(z.object({ Key: z.string(), Value: z.string() })).parse(LoadBalancerAttributes);
    const idle = Number(attributes.find(({ Key }) => Key === "idle_timeout.timeout_seconds")?.Value) * 1_000;
    const app = fastify();
    expect(idle).toBeLessThan(app.server.keepAliveTimeout);
    await app.close();
    const [, pings = ""] = /\bpingMilliseconds: ([\d_]+)/.exec(readFileSync("src/server/httpServer.ts", "utf8")) ?? [];
    expect(idle).toBeGreaterThan(3 * Number(pings.replace("_", "")));
  });

  it("becomes public as another one, with listeners and targets of its own: a target group serves one only", () => {
    for (const type of ["LoadBalancer", "Listener", "TargetGroup"]) {
      const ids = (stage: Stage) => Object.keys(all(`AWS::ElasticLoadBalancingV2::${type}`, stage));
      expect(ids("dev").filter((id) => ids("prod").includes(id))).toEqual([]);
    }
  });

  it("sends requests to containers that answer, also where their store does not, and lets those that go end theirs", () => {
    const { Properties } = only("AWS::ElasticLoadBalancingV2::TargetGroup");
    expect(Properties).toMatchObject({ HealthCheckPath: "/healthz", Matcher: { HttpCode: "200" }, TargetType: "ip" });
    expect(Properties["TargetGroupAttributes"]).toEqual(
      expect.arrayContaining([
        { Key: "deregistration_delay.timeout_seconds", Value: "15" },
        { Key: "stickiness.enabled", Value: "false" },
      ]),
    );
  });
});

describe("the service", () => {
  it.each([
    ["dev", 1],
    ["prod", 2],
  ] as const)(
    "in %s has as many containers as it was asked for (%d), and four times as many where they are busy",
    (stage, count) => {
      const { Properties } = only("AWS::ECS::Service", stage);
      expect(Properties).toMatchObject({ LaunchType: "FARGATE" });
      // A number in the template would end, with each deployment, what busy containers have started.
      expect(Properties).not.toHaveProperty("DesiredCount");
      expect(only("AWS::ApplicationAutoScaling::ScalableTarget", stage).Properties).toMatchObject({
        MinCapacity: count,
        MaxCapacity: count * 4,
      });
      expect(only("AWS::ApplicationAutoScaling::ScalingPolicy", stage).Properties).toMatchObject({
        TargetTrackingScalingPolicyConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
          TargetValue: 60,
        },
      });
    },
  );

  it("is never without a container while it is replaced, and goes back where the new one does not get well", () => {
    expect(only("AWS::ECS::Service").Properties).toMatchObject({
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
      EnableExecuteCommand: false,
    });
  });

  it("is not there where no containers are asked for", () => {
    expect(deploymentOf(contexts.staging).stacks.service).toBeUndefined();
  });
});

describe("a container", () => {
  it("is small, on ARM, and writes nowhere but below /data", () => {
    expect(only("AWS::ECS::TaskDefinition").Properties).toMatchObject({
      Cpu: "512",
      Memory: "1024",
      RuntimePlatform: { CpuArchitecture: "ARM64", OperatingSystemFamily: "LINUX" },
      Volumes: [{ Name: "data" }],
    });
    expect(containerOf()).toMatchObject({
      ReadonlyRootFilesystem: true,
      MountPoints: [{ ContainerPath: "/data", SourceVolume: "data", ReadOnly: false }],
      PortMappings: [{ ContainerPort: 4_000 }],
    });
  });

  it("may write there: the image says that it is a volume, and that it is its user's, before it becomes that user", () => {
    const file = readFileSync("Dockerfile", "utf8");
    const lines = file.slice(file.lastIndexOf("\nFROM ")).split("\n");
    const [, user = ""] = /^USER (\w+)$/m.exec(lines.join("\n")) ?? [];
    const made = lines.indexOf(`RUN mkdir -p /data && chown ${user}:${user} /data`);
    expect(made).toBeGreaterThan(0);
    // What is done to a folder after it was declared a volume is lost.
    expect(lines.indexOf('VOLUME ["/data"]')).toBeGreaterThan(made);
    expect(lines.indexOf(`USER ${user}`)).toBeGreaterThan(made);
    expect(lines.join("\n")).toMatch(/^ENV .*\bDATA_DIR=\/data\b/m);
  });

  it("gets longer to stop than the server takes", () => {
    const { StopTimeout } = z.object({ StopTimeout: z.number() }).parse(containerOf());
    const { shutdownGraceMilliseconds } = parseConfig({});
    // The server ends five seconds after its grace at the latest.
    expect(StopTimeout).toBeGreaterThan(shutdownGraceMilliseconds / 1_000 + 5);
  });

  it.each(["dev", "prod"] as const)("in %s is given what the server's configuration takes", (stage) => {
    const { Environment, Secrets } = containerOf(stage);
    const generated: Readonly<Record<string, string>> = {
      AUTH_SECRET: "s".repeat(43),
      CURSOR_SECRET: "c".repeat(43),
      INTEGRATION_KEY: `${"k".repeat(42)}A=`,
      WEBHOOK_GITHUB_SECRET: "from an operator",
    };
    const secrets = Object.fromEntries(Secrets.map(({ Name }) => [Name, generated[Name]]));
    // References, as AWS resolves them.
    const own = Object.fromEntries(Environment.map(({ Name, Value }) => [Name, resolve(Name, Value)]));
    expect(parseConfig({ ...own, ...secrets })).toMatchObject({
      host: "0.0.0.0",
      port: 4_000,
      dataDir: "/data",
      engine: "aws",
      auth: { kind: stage === "dev" ? "secret" : "jwks" },
      background: { feeder: "off", processors: "off", scheduler: "in-process" },
    });
  });

  it("is given its own keys of the secret only: none to make tokens with where an issuer makes them", () => {
    const names = (stage: Stage) => containerOf(stage).Secrets.map(({ Name }) => Name);
    expect(names("dev").sort()).toEqual(["AUTH_SECRET", "CURSOR_SECRET", "INTEGRATION_KEY"]);
    expect(names("prod").sort()).toEqual(["CURSOR_SECRET", "INTEGRATION_KEY", "WEBHOOK_GITHUB_SECRET"]);
    for (const { Name, ValueFrom } of containerOf("prod").Secrets) expect(ValueFrom).toMatch(new RegExp(`:${Name}::$`));
  });

  it("is started by a role that reads image and secret, writes the log, and may do nothing else", () => {
    const roles = Object.keys(all("AWS::IAM::Role"));
    const lines = linesOf(allowedOf(serviceOf(), roles.find((id) => id.startsWith("ExecutionRole")) ?? ""));
    expect(lines).toEqual([
      "*: ecr:GetAuthorizationToken",
      "Logs: logs:CreateLogStream logs:PutLogEvents",
      "ProgramSecret: secretsmanager:DescribeSecret secretsmanager:GetSecretValue",
      expect.stringMatching(
        /^ecr repository\/.*: ecr:BatchCheckLayerAvailability ecr:BatchGetImage ecr:GetDownloadUrlForLayer$/,
      ),
    ]);
    // What a registry is logged in to with is asked for without saying to which.
    const stars = statementsOf(serviceOf()).filter(({ Resource }) => Resource.includes("*"));
    expect(stars.flatMap(({ Action }) => Action)).toEqual(["ecr:GetAuthorizationToken"]);
  });

  it.each([
    ["dev", 7],
    ["prod", 90],
  ] as const)("in %s has its log kept for %d days", (stage, days) => {
    expect(only("AWS::Logs::LogGroup", stage).Properties["RetentionInDays"]).toBe(days);
  });
});

/** What a reference stands for, as far as the configuration looks at it. */
function resolve(name: string, value: string): string {
  if (!value.includes("${")) return value;
  if (name === "AWS_REGION") return "eu-west-1";
  if (name.endsWith("_URL")) return "https://sqs.eu-west-1.amazonaws.com/123456789012/research";
  if (name.endsWith("_ARN")) return "arn:aws:sns:eu-west-1:123456789012:insights";
  return "a-name";
}
