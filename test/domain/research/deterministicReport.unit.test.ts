/** Reports without a model: nothing in them that is not in the items, and each finding with the items that say it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Finding, ReportedResults, createDeterministicReportWriter } from "../../../src/domain/research/index.js";
import type { ResultItem, WrittenReport } from "../../../src/domain/research/index.js";

const writer = createDeterministicReportWriter();
const keywords = ["semaglutide", "tirzepatide", "obesity drug"];

function write(items: readonly ResultItem[], asked: readonly string[] = keywords): Promise<WrittenReport> {
  const input = { requestType: "semaglutide_intelligence", keywords: asked, items, customParams: {} };
  return writer.write(input, new AbortController().signal);
}

function anItem(itemId: string, given: Partial<ResultItem> = {}): ResultItem {
  return {
    itemId,
    url: `https://www.example.org/${itemId}`,
    title: "A page about nothing",
    source: "FDA",
    sourceType: "GOVERNMENT",
    text: "",
    score: 0.9,
    matchedKeywords: [],
    ...given,
  };
}

const approved = "The agency approved a new label for semaglutide on Monday.";
const compared = "In 72 weeks tirzepatide did better than semaglutide did.";

describe("the summary", () => {
  it("says how many items are from where, which keywords they name, which not, and what is best", async () => {
    const items = [
      anItem("a", { title: "New label", text: approved, score: 0.95 }),
      anItem("b", { text: compared, source: "NIH", sourceType: "ACADEMIC" }),
      anItem("c", { text: "Something else was said.", source: "NIH", sourceType: "ACADEMIC" }),
    ];
    expect((await write(items)).executiveSummary).toBe(
      "3 items from 2 sources: 2 academic, 1 government. They name 2 of 3 keywords: semaglutide, tirzepatide. " +
        'Nothing was found on obesity drug. The best answer is "New label" of FDA, with a score of 0.95.',
    );
  });

  it("believes what was matched before, where the text is an excerpt", async () => {
    const items = [anItem("a", { matchedKeywords: ["tirzepatide", "of somebody else"] })];
    expect((await write(items, ["tirzepatide"])).executiveSummary).toContain(
      "1 item from 1 source: 1 government. They name 1 of 1 keyword: tirzepatide. The best",
    );
  });

  it("counts all items, of which it reads the best fifty", async () => {
    const many = Array.from({ length: 51 }, (_, at) => anItem(`i${at}`, { text: at < 50 ? "" : approved }));
    const { executiveSummary, keyFindings } = await write(many);
    expect(executiveSummary).toContain("51 items from 1 source");
    expect(keyFindings).toEqual([]);
  });

  it("says so where there is nothing", async () => {
    expect(await write([])).toEqual({
      executiveSummary: "Nothing was found that answers the 3 keywords well enough.",
      keyFindings: [],
    });
    expect((await write([], ["x"])).executiveSummary).toBe("Nothing was found that answers the keyword well enough.");
    expect((await write([anItem("a")])).executiveSummary).toContain("None of the keywords is named in them.");
  });

  it("names twenty of many keywords", async () => {
    const many = Array.from({ length: 30 }, (_, at) => `k${at + 1}`);
    expect((await write([anItem("a", { text: many.join(" ") })], many)).executiveSummary).toContain(
      "k19, k20 and 10 more.",
    );
  });
});

describe("a finding", () => {
  it("is a sentence that names keywords, with the item that says it; more keywords come first", async () => {
    const items = [
      anItem("a", { text: `It rained all day long in the town. ${approved}` }),
      anItem("b", { text: compared }),
    ];
    expect((await write(items)).keyFindings).toEqual([
      { text: compared, citations: ["b"] },
      { text: approved, citations: ["a"] },
    ]);
  });

  it("that several items say in nearly the same words is one, cites them all, and comes first", async () => {
    const items = [
      anItem("a", { text: compared }),
      anItem("b", { text: approved }),
      anItem("c", { text: "On Monday, the agency approved a new label for Semaglutide!" }),
      anItem("d", { text: approved }),
    ];
    expect((await write(items)).keyFindings).toEqual([
      { text: approved, citations: ["b", "c", "d"] },
      { text: compared, citations: ["a"] },
    ]);
  });

  it("is the title of a page of which nothing else is kept", async () => {
    const items = [anItem("a", { title: "Semaglutide again" }), anItem("b", { title: "Contact" })];
    expect((await write(items)).keyFindings).toEqual([{ text: "Semaglutide again", citations: ["a"] }]);
  });

  it("has no links and no signs that nobody sees", async () => {
    const text = "Read of sema\u200bglutide [here](https://evil.example) or at https://evil.example/x\u202e today.";
    const { keyFindings } = await write([anItem("a", { text, title: "See www.evil.example/x" })]);
    expect(keyFindings).toEqual([{ text: "Read of semaglutide here or at today.", citations: ["a"] }]);
  });

  it("is one of ten at most, two of one page, and cites twenty pages at most", async () => {
    const one = anItem("a", {
      text: Array.from(
        { length: 9 },
        (_, at) => `Semaglutide ${at} ${"abcdefghi"[at]} ${at}${at} was seen in town ${at}${at}${at}.`,
      ).join(" "),
    });
    expect((await write([one])).keyFindings).toHaveLength(2);
    const many = Array.from({ length: 30 }, (_, at) => anItem(`i${at}`, { text: approved }));
    expect((await write(many)).keyFindings).toMatchObject([{ citations: { length: 20 } }]);
    const towns = Array.from({ length: 30 }, (_, at) =>
      anItem(`i${at}`, { text: `Town${at} gave semaglutide${""} street${at} people${at} a${at} b${at}.` }),
    );
    expect((await write(towns)).keyFindings).toHaveLength(10);
  });
});

it("writes what a request takes, whatever the pages say, and the same for the same items", async () => {
  const anyText = fc.string({ unit: "binary", maxLength: 300 }).map((text) => text.toWellFormed());
  const items = fc.array(
    fc.record({ text: anyText, title: anyText.map((title) => `x${title}`), named: fc.boolean() }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(items, async (given) => {
      const made = given.map(({ text, title, named }, at) =>
        anItem(`i${at}`, { text: named ? `${text} semaglutide ${text}` : text, title }),
      );
      const report = await write(made);
      expect(report).toEqual(await write(made));
      for (const finding of report.keyFindings) Finding.parse(finding);
      ReportedResults.shape.executiveSummary.parse(report.executiveSummary);
    }),
    { numRuns: 100 },
  );
});
