/** The server as a service on Fargate: the image of the Dockerfile, small, on ARM, with a role of its own. */
import { Duration } from "aws-cdk-lib";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import { Platform } from "aws-cdk-lib/aws-ecr-assets";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { grantProgram } from "./access.js";
import type { Parts } from "./access.js";
import { containerDataDir, environmentOf, partsOf, secretVariablesOf } from "./environment.js";
import { createLogGroup } from "./logs.js";

export const containerPort = 4000;

/** Name of the one volume: empty at first, and gone with its container. */
const dataVolume = "data";

/** What a server has to end in, once it is told to: its own grace of ten seconds, and five for the rest. */
const stopSeconds = 30;

/** As many times the containers that were asked for, where their CPU is busy. */
const scaleFactor = 4;

export interface ContainersOptions {
  readonly parts: Parts;
  readonly vpc: ec2.Vpc;
  readonly group: ec2.SecurityGroup;
}

export function createContainers(scope: Construct, { parts, vpc, group }: ContainersOptions): ecs.FargateService {
  const { containers } = parts.settings;
  // Container Insights would cost more than the alarms that it allows; the balancer says which containers are well.
  const cluster = new ecs.Cluster(scope, "Cluster", { vpc, containerInsightsV2: ecs.ContainerInsights.DISABLED });
  const service = new ecs.FargateService(scope, "Service", {
    cluster,
    taskDefinition: createTask(scope, parts),
    // How many there are is up to the scaling below: a number here would end what it has started with each deployment.
    // Beside the old ones, so that none is missed: any number of servers can be on one ledger.
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    // Without NAT this is how they reach AWS.
    assignPublicIp: true,
    securityGroups: [group],
    healthCheckGracePeriod: Duration.seconds(60),
    enableExecuteCommand: false,
    propagateTags: ecs.PropagatedTagSource.SERVICE,
  });
  service
    .autoScaleTaskCount({ minCapacity: containers, maxCapacity: containers * scaleFactor })
    .scaleOnCpuUtilization("Busy", {
      targetUtilizationPercent: 60,
      scaleOutCooldown: Duration.minutes(1),
      // Whoever is moved to another container subscribes anew: not too often.
      scaleInCooldown: Duration.minutes(15),
    });
  return service;
}

function createTask(scope: Construct, parts: Parts): ecs.FargateTaskDefinition {
  const { settings, core, intelligence } = parts;
  const logGroup = createLogGroup(scope, "Logs", { name: `/ecs/${settings.prefix}opsledger`, settings });
  const principal = new iam.ServicePrincipal("ecs-tasks.amazonaws.com");
  const taskRole = new iam.Role(scope, "TaskRole", { assumedBy: principal, description: "What the containers may do" });
  grantProgram(taskRole, "service", parts);
  const task = new ecs.FargateTaskDefinition(scope, "Task", {
    cpu: 512,
    memoryLimitMiB: 1024,
    runtimePlatform: {
      cpuArchitecture: ecs.CpuArchitecture.ARM64,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
    taskRole,
    // Pulls the image, writes the log, reads the secret: no more is added to it.
    executionRole: new iam.Role(scope, "ExecutionRole", { assumedBy: principal, description: "Starts the containers" }),
    volumes: [{ name: dataVolume }],
  });
  const container = task.addContainer("server", {
    // What the image is not made of says `.dockerignore`.
    image: ecs.ContainerImage.fromAsset(settings.image, { platform: Platform.LINUX_ARM64 }),
    environment: { ...environmentOf("service", settings, partsOf(core, intelligence)) },
    secrets: Object.fromEntries(
      secretVariablesOf(settings).map((name) => [name, ecs.Secret.fromSecretsManager(core.secret, name)]),
    ),
    portMappings: [{ containerPort }],
    logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: "server", mode: ecs.AwsLogDriverMode.NON_BLOCKING }),
    readonlyRootFilesystem: true,
    stopTimeout: Duration.seconds(stopSeconds),
    linuxParameters: new ecs.LinuxParameters(scope, "Linux", { initProcessEnabled: true }),
  });
  // Fargate gives it to root, unless the image says that it is a volume, and whose.
  container.addMountPoints({ sourceVolume: dataVolume, containerPath: containerDataDir, readOnly: false });
  return task;
}
