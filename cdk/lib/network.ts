/** The network of the containers: public subnets, no NAT, and who may talk to whom. */
import * as ec2 from "aws-cdk-lib/aws-ec2";
import type { Construct } from "constructs";

/** Two zones are what a load balancer asks for. */
export const zones = 2;

/**
 * A NAT gateway costs more than everything else here together. So the containers have addresses of their own, which nothing but the load
 * balancer can reach ({@link createSecurityGroups}); DynamoDB and S3 are reached by gateways, which are free.
 */
export function createNetwork(scope: Construct): ec2.Vpc {
  const vpc = new ec2.Vpc(scope, "Network", {
    ipAddresses: ec2.IpAddresses.cidr("10.20.0.0/20"),
    maxAzs: zones,
    natGateways: 0,
    subnetConfiguration: [{ name: "public", subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }],
    // It would take a function of its own, whose role may change any network of the account.
    restrictDefaultSecurityGroup: false,
  });
  vpc.addGatewayEndpoint("DynamoDb", { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
  vpc.addGatewayEndpoint("S3", { service: ec2.GatewayVpcEndpointAwsService.S3 });
  return vpc;
}

export interface SecurityGroups {
  readonly balancer: ec2.SecurityGroup;
  readonly containers: ec2.SecurityGroup;
}

/** The balancer is reached by its ports and reaches the containers; they are reached by it alone, and reach HTTPS anywhere. */
export function createSecurityGroups(
  scope: Construct,
  {
    vpc,
    port,
    openPorts,
    from,
  }: { readonly vpc: ec2.Vpc; readonly port: number; readonly openPorts: readonly number[]; readonly from: ec2.IPeer },
): SecurityGroups {
  const create = (id: string, description: string) =>
    new ec2.SecurityGroup(scope, id, { vpc, description, allowAllOutbound: false });
  const balancer = create("BalancerGroup", "Load balancer of Opsledger");
  const containers = create("ContainerGroup", "Containers of Opsledger");
  for (const open of openPorts) balancer.addIngressRule(from, ec2.Port.tcp(open), "Callers");
  balancer.addEgressRule(containers, ec2.Port.tcp(port), "Requests to the containers");
  containers.addIngressRule(balancer, ec2.Port.tcp(port), "Requests from the load balancer");
  containers.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), "AWS, services, webhooks, pages");
  return { balancer, containers };
}
