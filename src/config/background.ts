/** What this process does besides answering requests, and whether it makes tables: FEEDER, PROCESSORS, SCHEDULER, CREATE_TABLES. */

/** `off`: another process does it, such as a Lambda function. */
export const backgroundSwitch = ["in-process", "off"] as const;
export type BackgroundSwitch = (typeof backgroundSwitch)[number];

/** `never`: somebody else makes them, such as a CDK stack; a start does not even look at them. */
export const tableCreation = ["absent", "never"] as const;
export type TableCreation = (typeof tableCreation)[number];

export interface BackgroundConfig {
  /** Writes the change feed from the stream of the log. */
  readonly feeder: BackgroundSwitch;
  /** Async views, policies and the publisher. */
  readonly processors: BackgroundSwitch;
  /** Timers that are due, and chores. */
  readonly scheduler: BackgroundSwitch;
}

export function toBackgroundConfig(values: {
  readonly FEEDER: BackgroundSwitch;
  readonly PROCESSORS: BackgroundSwitch;
  readonly SCHEDULER: BackgroundSwitch;
}): BackgroundConfig {
  const { FEEDER: feeder, PROCESSORS: processors, SCHEDULER: scheduler } = values;
  return Object.freeze({ feeder, processors, scheduler });
}
