/** The end of a stream that its log lacks and the feed knows: what the rows say of it is true, and nothing else has it. */
import type { Difference } from "./difference.js";

/**
 * What is wrong where the feed had come to version `fed` of a stream whose log ends with `version`. `fed` is to be read before
 * the log, which is never behind.
 */
export function lostTail(streamId: string, version: number, fed: number): readonly Difference[] {
  if (fed <= version) return [];
  return [
    {
      kind: "LOG",
      where: `${streamId} version ${version + 1}`,
      attribute: "version",
      expected: `commits up to version ${fed}, as the feed has them`,
      found: "the end of the stream",
    },
  ];
}
