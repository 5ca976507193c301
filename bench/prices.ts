/** List prices of AWS in us-east-1 as of November 2025, on demand, without free tiers or taxes: to be checked before anybody relies on them. */

/** In US dollars. */
export const prices = {
  /** DynamoDB, for a million write request units. */
  writeUnits: 0.625,
  /** DynamoDB, for a million read request units. */
  readUnits: 0.125,
  /** DynamoDB, for a GB kept for a month. */
  storage: 0.25,
  /** Point-in-time recovery, for a GB of the table for a month. */
  recovery: 0.2,
  /** Lambda on arm64, for a GB of memory for a second. */
  lambdaGbSecond: 0.0000133334,
  /** Lambda, for a million invocations. */
  lambdaRequests: 0.2,
  /** API Gateway's HTTP API, for a million requests. */
  httpApi: 1,
  /** EventBridge, for a million events that are put. */
  eventBridge: 1,
  /** Fargate on arm64, for a vCPU for an hour. */
  fargateCpuHour: 0.03238,
  /** Fargate on arm64, for a GB of memory for an hour. */
  fargateGbHour: 0.00356,
  /** A load balancer for an hour, without its capacity units. */
  loadBalancerHour: 0.0225,
  /** A public IPv4 address for an hour. */
  addressHour: 0.005,
  /** An alarm on one metric for a month. */
  alarmMonth: 0.1,
  /** A metric of one's own for a month. */
  metricMonth: 0.3,
  /** A secret for a month. */
  secretMonth: 0.4,
} as const;

export const hoursOfMonth = 730;
export const secondsOfMonth = hoursOfMonth * 3_600;
