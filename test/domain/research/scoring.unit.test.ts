/** Scores of pages as people reckon them by hand, excerpts, and which links are followed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excerptOf, pickLinks, scoreText } from "../../../src/domain/research/index.js";
import { sentencesOf } from "../../../src/domain/research/sentences.js";
import { siteKeywords, sitePages, siteThreshold } from "../../support/sitePages.js";

/** So many words that are no keyword. */
const words = (many: number) => "word ".repeat(many);
const scoreOf = (title: string, text: string, keywords: readonly string[]) =>
  scoreText({ title, text, keywords }).score;

describe("the score of a page", () => {
  it.each<[score: number, why: string, title: string, text: string, keywords: readonly string[]]>([
    [0, "no keyword is in it", "News", words(200), ["semaglutide"]],
    [0, "there is nothing in it", "", "", ["semaglutide"]],
    [
      1,
      "the one keyword is in title and text, once in 100 words",
      "Semaglutide",
      `semaglutide ${words(99)} semaglutide ${words(99)}`,
      ["semaglutide"],
    ],
    [
      0.8,
      "0.4 + 0 + 0.2 + 0.2: not in the title",
      "News",
      `semaglutide ${words(99)} semaglutide ${words(99)}`,
      ["semaglutide"],
    ],
    [0.7, "0.4 + 0 + 0.1 + 0.2: once in 200 words", "News", `semaglutide ${words(199)}`, ["semaglutide"]],
    [0.733, "0.4 + 0 + 0.2 + 0.2 * 100 / 150: 100 words", "News", `semaglutide ${words(99)}`, ["semaglutide"]],
    [0.6, "0.4 + 0.2 + 0 + 0: in the title only", "Semaglutide", "", ["semaglutide"]],
    [
      0.533,
      "0.4 / 3 + 0 + 0.2 + 0.2: one of three keywords, twice",
      "News",
      `a ${words(74)} a ${words(74)}`,
      ["a", "b", "c"],
    ],
    [
      0.8,
      "0.4 + 0 + 0.2 + 0.2: three of five keywords are enough",
      "News",
      `a b c ${words(150)}`,
      ["a", "b", "c", "d", "e"],
    ],
    [
      0.4,
      "0.4 / 2 + 0 + 0 + 0.2: both words, but not together",
      "News",
      `obesity ${words(150)} drug`,
      ["obesity drug"],
    ],
    [0.3, "0.4 / 2 + 0.2 / 2: both words in the title, but not together", "Drug for obesity", "", ["obesity drug"]],
  ])("is %s: %s", (score, _why, title, text, keywords) => {
    expect(scoreOf(title, text, keywords)).toBe(score);
  });

  it.each([
    ["whatever the case", "SEMAGLUTIDE", "semaglutide"],
    ["whatever the accents", "Zürich café", "Zurich cafe"],
    ["the other way, too", "Zurich", "Zürich"],
    ["over hyphens", "GLP-1 receptor agonist", "GLP 1 Receptor-Agonist"],
    ["over lines", "obesity\ndrug", "obesity drug"],
    ["in scripts that write no spaces", "最近の糖尿病治療について", "糖尿病"],
    ["in scripts with marks", "यह हिन्दी है", "हिन्दी"],
  ])("knows a keyword %s", (_what, text, keyword) => {
    expect(scoreText({ title: "", text, keywords: [keyword] }).matchedKeywords).toEqual([keyword]);
  });

  it.each([
    ["a part of a word", "semaglutides", "semaglutide"],
    ["words in another order", "drug obesity", "obesity drug"],
    ["words with others between them", "obesity and drug", "obesity drug"],
    ["another word with the same letters", "हिन्दू", "हिन्दी"],
    ["what has no letters", "+ and -", "+"],
  ])("does not take %s for a keyword", (_what, text, keyword) => {
    expect(scoreText({ title: "", text, keywords: [keyword] }).matchedKeywords).toEqual([]);
  });

  it("names the keywords in the order in which they were given", () => {
    expect(scoreText({ title: "b", text: "c a", keywords: ["a", "b", "c", "d"] }).matchedKeywords).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it.each(sitePages)("is right for $path: kept is $isKept", ({ title, paragraphs, matchedKeywords, isKept }) => {
    const { score, ...rest } = scoreText({ title, text: [title, ...paragraphs].join("\n"), keywords: siteKeywords });
    expect(rest.matchedKeywords).toEqual(matchedKeywords);
    expect(score >= siteThreshold).toBe(isKept);
  });

  it("lies from 0 to 1 whatever the page, and is no lower with the keyword in the title", () => {
    const anyText = fc.string({ unit: "grapheme", maxLength: 200 });
    const keywords = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(anyText, anyText, keywords, (title, text, asked) => {
        const score = scoreOf(title, text, asked);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(scoreOf(`${title} ${asked[0]}`, text, asked)).toBeGreaterThanOrEqual(score);
      }),
      { numRuns: 200 },
    );
  });

  it("of the longest page with all keywords takes little time", () => {
    const keywords = Array.from({ length: 100 }, (_, at) => `word other ${at}`);
    const text = "word other ".repeat(20_000);
    const began = performance.now();
    scoreOf("word", text, keywords);
    excerptOf(text, keywords, 600);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

describe("sentences", () => {
  it.each([
    ["One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]],
    [
      "Dr. Lee gave 2.5 mg, i.e. little, to no. 7. It helped.",
      ["Dr. Lee gave 2.5 mg, i.e. little, to no. 7.", "It helped."],
    ],
    ["The U.S. agency agreed. “Really?” she said.", ["The U.S. agency agreed.", "“Really?” she said."]],
    ["He said “yes.” Then he left.", ["He said “yes.”", "Then he left."]],
    ["A head\nA line. Another", ["A head", "A line.", "Another"]],
    ["これは文です。次の文です。", ["これは文です。", "次の文です。"]],
    ["www.example.org is no end", ["www.example.org is no end"]],
    [" \n ", []],
  ])("of %j", (text, sentences) => {
    expect(sentencesOf(text)).toEqual(sentences);
  });
});

describe("an excerpt", () => {
  const text = "It rained. Semaglutide was approved. It was Monday. Tirzepatide and semaglutide differ. Nobody came.";
  const keywords = ["semaglutide", "tirzepatide"];

  it("has the sentences that name most keywords, in the order of the text", () => {
    expect(excerptOf(text, keywords, 80)).toBe("Semaglutide was approved. Tirzepatide and semaglutide differ.");
    expect(excerptOf(text, keywords, 40)).toBe("Tirzepatide and semaglutide differ.");
  });

  it("leaves out a sentence that there is no room for, and takes a shorter one", () => {
    expect(excerptOf(`Semaglutide ${words(20)}. Semaglutide was approved.`, keywords, 130)).toBe(
      `Semaglutide ${words(20)}.`,
    );
    expect(excerptOf(`Tirzepatide, semaglutide. Semaglutide ${words(20)}. Semaglutide is.`, keywords, 50)).toBe(
      "Tirzepatide, semaglutide. Semaglutide is.",
    );
  });

  it("is the beginning of a sentence that is too long alone, and of a text without keywords", () => {
    expect(excerptOf(`Semaglutide ${words(20)}`, keywords, 30)).toBe("Semaglutide word word word wo…");
    expect(excerptOf("One. Two. Three.", keywords, 9)).toBe("One. Two.");
    expect(excerptOf("", keywords, 9)).toBe("");
  });
});

describe("links that are followed", () => {
  const pick = (links: readonly string[], most = 10, baseUrl = "https://www.fda.gov/news") =>
    pickLinks({ links, baseUrl, keywords: ["semaglutide", "obesity drug"], most });

  it("name keywords first, and keep their order else", () => {
    const links = [
      "/a",
      "/obesity/drug/list",
      "/b",
      "/semaglutide",
      "/drug-for-obesity",
      "/c?q=obesity%20drug+semaglutide",
    ];
    const found = pick(links.map((path) => `https://www.fda.gov${path}`)).map((link) => link.slice(19));
    expect(found).toEqual([
      "/c?q=obesity%20drug+semaglutide",
      "/obesity/drug/list",
      "/semaglutide",
      "/drug-for-obesity",
      "/a",
      "/b",
    ]);
  });

  it("stay on the site, with or without www", () => {
    const links = [
      "https://fda.gov/a",
      "https://evil-fda.gov/a",
      "https://fda.gov.evil.example/a",
      "https://fda.gov:8443/a",
    ];
    expect(pick(links)).toEqual(["https://fda.gov/a"]);
  });

  it("are pages, not files, and each of them once, without the page itself", () => {
    const links = [
      "/x.pdf",
      "/y.JPG",
      "/z.css?v=1",
      "/page.html",
      "/page.html#part",
      "/news",
      "/news#top",
      "mailto:a@b.example",
    ];
    expect(pick(links)).toEqual(["https://www.fda.gov/page.html"]);
  });

  it("are asked for by https where the site is, and are as many as are wanted", () => {
    expect(
      pick(["http://www.fda.gov/a", "https://www.fda.gov/a", "http://fda.gov:80/b", "http://fda.gov:8080/c"]),
    ).toEqual(["https://www.fda.gov/a", "https://fda.gov/b"]);
    expect(pick(["/a", "/b", "/c"], 2)).toHaveLength(2);
    expect(pick(["http://127.0.0.1:8080/a"], 2, "http://127.0.0.1:8080")).toEqual(["http://127.0.0.1:8080/a"]);
    expect(pick(["/a"], 2, "nonsense")).toEqual([]);
  });

  it("may be written badly", () => {
    expect(pick(["/100%", "https://[broken", `/${"a".repeat(1_000)}`])).toEqual(["https://www.fda.gov/100%"]);
  });
});
