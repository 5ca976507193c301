/** How one kind of engine is run: what tells Dynoxide from DynamoDB Local. */
import type { Engine } from "./engine.js";

export interface EngineProgram extends Pick<Engine, "deletesExpiredItems" | "contiguousSequenceNumbers"> {
  readonly kind: "dynoxide" | "dynamodb-local";
  /** Name and version, for people. */
  readonly name: string;
  readonly program: string;
  argsFor(port: number): readonly string[];
  /** The status with which a started engine answers `GET /`. */
  readonly readyStatus: number;
  /** How long a start may take, in milliseconds. */
  readonly startMilliseconds: number;
  /** Makes the file that the engine must start on, and says where it belongs; undefined where it is there already. */
  prepareFile?(): Promise<{ readonly from: string; readonly to: string } | undefined>;
}
