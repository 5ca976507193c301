/** The load balancer: HTTPS for everybody where there is a certificate, else HTTP within the network. */
import { Duration } from "aws-cdk-lib";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Construct } from "constructs";
import { containerPort } from "./containers.js";
import type { Settings } from "./settings.js";

/**
 * Below the 72 seconds after which the server closes a connection that is not used: else it would close some just as a request comes,
 * which callers see as a 502. Above the twelve after which the server pings subscribers.
 */
const idle = Duration.seconds(60);

/** Requests end within seconds, and subscribers are sent away by the server when it stops: nobody needs longer. */
const deregistration = Duration.seconds(15);

export interface BalancerOptions {
  readonly settings: Settings;
  readonly vpc: ec2.Vpc;
  readonly group: ec2.SecurityGroup;
  readonly service: ecs.FargateService;
}

export interface Balancer {
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;
}

export function createBalancer(scope: Construct, { settings, vpc, group, service }: BalancerOptions): Balancer {
  const { certificateArn } = settings;
  const isPublic = certificateArn !== undefined;
  const id = idsWhere(isPublic);
  const balancer = new elb.ApplicationLoadBalancer(scope, id("Balancer"), {
    vpc,
    vpcSubnets: { subnets: vpc.publicSubnets },
    internetFacing: isPublic,
    securityGroup: group,
    idleTimeout: idle,
    dropInvalidHeaderFields: true,
    // It holds nothing, and a first deployment that fails must be able to take it back.
    deletionProtection: false,
  });
  const targets = new elb.ApplicationTargetGroup(scope, id("Targets"), {
    vpc,
    targets: [service],
    port: containerPort,
    protocol: elb.ApplicationProtocol.HTTP,
    deregistrationDelay: deregistration,
    // Where there are few answers, whoever has the fewest open gets the next: subscriptions last.
    loadBalancingAlgorithmType: elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    // No stickiness: a cursor is good on every server.
    healthCheck: {
      // Not `/readyz`: where DynamoDB does not answer no container is ready, and ECS would replace them all, again and again.
      path: "/healthz",
      healthyHttpCodes: "200",
      interval: Duration.seconds(15),
      timeout: Duration.seconds(5),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });
  listen(balancer, { certificateArn, targets, id });
  return { balancer, targets };
}

/**
 * A balancer cannot become public: it is replaced. A target group serves one balancer, and a listener is of one, so that they are replaced
 * with it; the new ones must have other names than the old ones, which are there until the containers have moved.
 */
function idsWhere(isPublic: boolean): (name: string) => string {
  return (name) => `${isPublic ? "Public" : "Internal"}${name}`;
}

/** The security group alone says who may reach a port: none is opened here. */
function listen(
  balancer: elb.ApplicationLoadBalancer,
  {
    certificateArn,
    targets,
    id,
  }: {
    readonly certificateArn: string | undefined;
    readonly targets: elb.ApplicationTargetGroup;
    readonly id: (name: string) => string;
  },
): void {
  if (certificateArn === undefined) {
    balancer.addListener(id("Http"), {
      port: 80,
      protocol: elb.ApplicationProtocol.HTTP,
      open: false,
      defaultTargetGroups: [targets],
    });
    return;
  }
  balancer.addListener(id("Https"), {
    port: 443,
    protocol: elb.ApplicationProtocol.HTTPS,
    certificates: [elb.ListenerCertificate.fromArn(certificateArn)],
    sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
    open: false,
    defaultTargetGroups: [targets],
  });
  balancer.addListener(id("Http"), {
    port: 80,
    protocol: elb.ApplicationProtocol.HTTP,
    open: false,
    defaultAction: elb.ListenerAction.redirect({ protocol: "HTTPS", port: "443", permanent: true }),
  });
}
