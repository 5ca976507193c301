/** The containers: subscriptions over WebSocket and SSE, timers to the second, and everything else that the API has. */
import { CfnOutput, Fn, Stack } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import type * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Construct } from "constructs";
import type { Parts } from "./access.js";
import { createBalancer } from "./balancer.js";
import { containerPort, createContainers } from "./containers.js";
import { exportName } from "./names.js";
import { createNetwork, createSecurityGroups, zones } from "./network.js";
import type { OpsledgerStackProps } from "./stack-props.js";

export interface ServiceStackProps extends OpsledgerStackProps, Omit<Parts, "settings"> {}

export class ServiceStack extends Stack {
  readonly service: ecs.FargateService;
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    const { settings, core, database, intelligence, ...stackProps } = props;
    super(scope, id, stackProps);
    const isPublic = settings.certificateArn !== undefined;
    const vpc = createNetwork(this);
    const groups = createSecurityGroups(this, {
      vpc,
      port: containerPort,
      openPorts: isPublic ? [443, 80] : [80],
      from: isPublic ? ec2.Peer.anyIpv4() : ec2.Peer.ipv4(vpc.vpcCidrBlock),
    });
    this.service = createContainers(this, {
      parts: { settings, core, database, intelligence },
      vpc,
      group: groups.containers,
    });
    const { balancer, targets } = createBalancer(this, {
      settings,
      vpc,
      group: groups.balancer,
      service: this.service,
    });
    this.balancer = balancer;
    this.targets = targets;
    new CfnOutput(this, "ServiceUrl", {
      value: settings.publicUrl ?? `${isPublic ? "https" : "http"}://${balancer.loadBalancerDnsName}`,
      description: "Subscriptions, and the API, of the containers",
      exportName: exportName(settings, "ServiceUrl"),
    });
  }

  /** The first zones of whatever region it is: nobody has to be asked which there are. */
  override get availabilityZones(): string[] {
    return Array.from({ length: zones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
