/** Port: who watches commands from outside, to measure them. The domain tells what happens, and is not changed by it. */
import type { Recorded } from "./event.js";

/** A command as it is watched. */
export interface ObservedCommand {
  /** Its type; of the first where several are carried out as one. */
  readonly type: string;
  readonly commandId: string;
  /** The event that set it off, where one did. */
  readonly causationId?: string | undefined;
}

/** What the outcome of every command says. */
export interface ObservedOutcome {
  readonly events: readonly (readonly Recorded[])[];
  readonly repeated: boolean;
}

export interface CommandObserver {
  /** Runs `work`, which carries the command out, and hands on what it resolves to or throws, unchanged. */
  command<Outcome extends ObservedOutcome>(command: ObservedCommand, work: () => Promise<Outcome>): Promise<Outcome>;
  /** Another writer was faster: the command is decided again, or the caller is told. */
  conflict(command: ObservedCommand, next: "RETRY" | "GIVE_UP"): void;
}

/** Nobody watches. */
export const unobserved: CommandObserver = {
  command: (_command, work) => work(),
  conflict: () => undefined,
};

/** The type of a command: its `type`, as all commands have one. */
export function commandTypeOf(command: unknown): string {
  if (typeof command !== "object" || command === null || !("type" in command)) return "unknown";
  return typeof command.type === "string" ? command.type : "unknown";
}
