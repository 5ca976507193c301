/** What the items of a request come to, as people read it: the same in rows, in reports and in the API. */
import type { ItemTally } from "./events.js";
import type { Results } from "./state.js";
import type { SourceType } from "./values.js";

/** What the seed calls the content from sources of each type. */
export const contentNames: Readonly<Record<SourceType, string>> = {
  GOVERNMENT: "regulatory_content",
  CLINICAL: "clinical_content",
  ACADEMIC: "academic_content",
  NEWS: "news_content",
  INDUSTRY: "industry_content",
  OTHER: "other_content",
};

export interface Quality {
  readonly items: number;
  readonly highQualityItems: number;
  /** The score of all items in the mean, to two digits; absent where there are none. */
  readonly averageConfidence: number | undefined;
  /** Percentage of the addresses that could be read, to two digits; absent where none were found. */
  readonly successRate: number | undefined;
}

export function toQuality({
  tallies,
  urlsDiscovered,
  contentExtracted,
}: Pick<Results, "tallies" | "urlsDiscovered" | "contentExtracted">): Quality {
  const items = itemsIn(tallies);
  return {
    items,
    highQualityItems: sumOf(tallies, ({ highQuality }) => highQuality),
    averageConfidence: share(
      sumOf(tallies, ({ score }) => score),
      items,
    ),
    successRate: share(100 * contentExtracted, urlsDiscovered),
  };
}

export function itemsIn(tallies: readonly ItemTally[]): number {
  return sumOf(tallies, ({ items }) => items);
}

/** The mean score of the items of a type, to two digits; 0 where there are none. */
export function averageScore({ score, items }: ItemTally): number {
  return share(score, items) ?? 0;
}

function sumOf(tallies: readonly ItemTally[], of: (tally: ItemTally) => number): number {
  return tallies.reduce((sum, tally) => sum + of(tally), 0);
}

/** To two digits: people read it. Of nothing there is none. */
function share(of: number, among: number): number | undefined {
  return among === 0 ? undefined : Math.round((100 * of) / among) / 100;
}
