/** What every stack is given. */
import type { StackProps } from "aws-cdk-lib";
import type { Settings } from "./settings.js";

export interface OpsledgerStackProps extends StackProps {
  readonly settings: Settings;
}
