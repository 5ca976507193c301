/** Parts in the row of a run: as short as they can be, since the row is written with every heartbeat. */
import type { ItemTally, ItemsPart } from "../../../domain/research/index.js";
import { partPath } from "../../../domain/research/index.js";

type TallyForm = readonly [sourceType: ItemTally["sourceType"], items: number, score: number, highQuality: number];

/** `objectKey`: only where it does not follow from the hash. */
export type PartForm = readonly [
  part: number,
  bytes: number,
  sha256: string,
  tallies: readonly TallyForm[],
  objectKey?: string,
];

export function toPartForm(requestId: string, { part, content, tallies }: ItemsPart): PartForm {
  const { objectKey, bytes, sha256 } = content;
  const short = tallies.map(({ sourceType, items, score, highQuality }): TallyForm => [
    sourceType,
    items,
    score,
    highQuality,
  ]);
  const form = [part, bytes, sha256, short] as const;
  return objectKey === partPath(requestId, sha256) ? form : [...form, objectKey];
}

export function fromPartForm(
  requestId: string,
  [part, bytes, sha256, short, objectKey = partPath(requestId, sha256)]: PartForm,
): ItemsPart {
  const tallies = short.map(([sourceType, items, score, highQuality]) => ({ sourceType, items, score, highQuality }));
  return { part, content: { objectKey, bytes, sha256 }, tallies };
}
