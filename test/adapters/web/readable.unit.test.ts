/** What people would read on a page, also where it was not made by people. */
import { describe, expect, it } from "vitest";
import { decodeText } from "../../../src/adapters/web/charset.js";
import { htmlTokens } from "../../../src/adapters/web/htmlTokens.js";
import { toPublishedAt } from "../../../src/adapters/web/publishedAt.js";
import { readHtml, readPlain } from "../../../src/adapters/web/readable.js";
import { tidyHtml } from "../../../src/adapters/web/tidyHtml.js";

const url = new URL("https://www.example.org/news/one?page=2");
const sentence = "Everybody who reads this page sees this sentence, and that is what counts here. ";

describe("the title of a page", () => {
  it.each([
    ["its own", "<title>One &amp; two</title><p>x</p>", "One & two"],
    ["one line without what cannot be seen", "<title>  One\n\u202etwo </title>", "One two"],
    ["its address, where it has none", "<p>x</p>", "www.example.org/news/one"],
    ["clipped", `<title>${"a".repeat(400)}</title>`, `${"a".repeat(299)}…`],
  ])("is %s", (_what, html, title) => {
    expect(readHtml(html, url).title).toBe(title);
  });
});

describe("the text of a page", () => {
  it("has a line for each block, also where its HTML has none", () => {
    const html = `<article><h2>Head</h2><p>${sentence}</p><p>One<br>two</p><ul><li>three</li><li>four</li></ul><p>${sentence.repeat(5)}</p></article>`;
    expect(readHtml(html, url).text.split("\n").slice(0, 6)).toEqual([
      "Head",
      sentence.trim(),
      "One",
      "two",
      "three",
      "four",
    ]);
  });

  it.each([
    ["that is too deep for a tree", (html: string) => "<div>".repeat(200) + html],
    ["that has too many elements for a tree", (html: string) => html + "<i></i>".repeat(6_000)],
  ])("%s is read without menus, scripts and what is hidden", (_what, around) => {
    const html =
      "<title>Title</title><nav>Menu <nav>more</nav> end</nav><script>a < b; '</p>INSTRUCTION'</script>" +
      "<p hidden>INSTRUCTION</p><div style='x:y; display : none'><div>INSTRUCTION</div>INSTRUCTION</div><!-- INSTRUCTION -->" +
      "<p>Seen &lt;b&gt; &#8364;&nbsp;5 &unknown;</p><p>Second</p><footer>Foot</footer>";
    const page = readHtml(around(html), url);
    expect(page).toMatchObject({ title: "Title", text: "Seen <b> € 5 &unknown;\nSecond" });
  });

  it("has no control characters and no halves of characters", () => {
    expect(readPlain("a\u0007b\ud800c\r\n\u200bd", url).text).toBe("a b\ufffdc\nd");
  });
});

describe("the links of a page", () => {
  const linksOf = (html: string) => readHtml(html, url).links;

  it("are absolute, without fragments, each once, in their order", () => {
    const html =
      "<a href='/b#x'>b</a><a href='c'>c</a><A HREF=\"/b\">again</A><a href=//other.example/d>d</a><area href='?page=3&amp;x=1'>";
    expect(linksOf(html)).toEqual([
      "https://www.example.org/b",
      "https://www.example.org/news/c",
      "https://other.example/d",
      "https://www.example.org/news/one?page=3&x=1",
    ]);
  });

  it("follow the base of the page", () => {
    expect(linksOf("<base href='/other/'><a href='x'>x</a>")).toEqual(["https://www.example.org/other/x"]);
  });

  it.each([
    "mailto:a@b.example",
    "javascript:alert(1)",
    "ftp://example.org/x",
    "https://user:secret@example.org/",
    "#top",
    "?page=2",
    "https://[::broken",
    `/${"a".repeat(1_000)}`,
  ])("leave out %s", (href) => {
    expect(linksOf(`<a href="${href}">x</a>`)).toEqual([]);
  });

  it("are 500 at most", () => {
    const many = Array.from({ length: 700 }, (_, at) => `<a href="/${at}">x</a>`).join("");
    expect(linksOf(many)).toHaveLength(500);
  });

  it("in comments and scripts are none", () => {
    expect(
      linksOf("<!-- <a href='/x'>x</a> --><script>'<a href=\"/y\">'</script><a title='<a href=/z>' href=/w>"),
    ).toEqual(["https://www.example.org/w"]);
  });
});

describe("when a page was published", () => {
  it.each([
    ["2024-01-15", "2024-01-15T00:00:00.000Z"],
    ["2024/01/15", "2024-01-15T00:00:00.000Z"],
    ["2024-01-15T10:30:00", "2024-01-15T10:30:00.000Z"],
    ["2024-01-15T10:30+0100", "2024-01-15T09:30:00.000Z"],
    [" 2024-01-15 10:30:00.5Z ", "2024-01-15T10:30:00.500Z"],
    ["15 January 2024", undefined],
    ["2024-02-30", undefined],
    ["", undefined],
  ])("is said by %s", (text, instant) => {
    expect(toPublishedAt(text)).toBe(instant);
  });

  it("is the surest date of its meta tags", () => {
    const html =
      "<meta name='date' content='2020-01-01'><meta property='article:published_time' content='2024-01-15T10:30:00Z'>";
    expect(readHtml(html, url).publishedAt).toBe("2024-01-15T10:30:00.000Z");
    expect(readHtml(html.replace("2024-01-15T10:30:00Z", "soon"), url).publishedAt).toBe("2020-01-01T00:00:00.000Z");
    expect(readHtml("<p>2024-01-15</p>", url)).not.toHaveProperty("publishedAt");
  });
});

describe("the charset of a page", () => {
  it.each([
    ["what its header says", "café", "latin1", "text/html; charset=ISO-8859-1"],
    ["what its first bytes say", "\ufeffcafé", "utf16le", "text/html; charset=utf-8"],
    ["what its meta tag says", '<meta charset="windows-1252">café', "latin1", "text/html"],
    ["UTF-8, where nobody says anything", "café", "utf8", undefined],
    ["that of browsers, where it is not that", "café", "latin1", undefined],
    ["another one, where what is said is unknown", "café", "utf8", "text/html; charset=klingon"],
  ] as const)("is %s", (_what, text, encoding, contentType) => {
    expect(decodeText(Buffer.from(text, encoding), contentType)).toBe(text.replace("\ufeff", ""));
  });
});

describe("a page that was made to take long", () => {
  it.each<[what: string, html: string]>([
    ["is deep", "<div>".repeat(200_000)],
    ["is deep again and again", ("<div>".repeat(90) + "a, ".repeat(30) + "</div>".repeat(90)).repeat(1_000)],
    ["has many links", '<a href="/x">x</a> '.repeat(50_000)],
    ["has many spans that never end", "<span>a".repeat(100_000)],
    ["has lists that never end", "<li><p>".repeat(100_000)],
    ["has only openings", "<".repeat(1_000_000)],
    ["has a tag that never ends", `<a ${"href='".repeat(150_000)}`],
    ["has a tag with many attributes", `<p ${"a=b ".repeat(250_000)}>`],
    ["has scripts that never end", "<script>".repeat(100_000)],
    ["has comments that never end", "<!-- ".repeat(200_000)],
    ["has quotes that never end", `<a href="`.repeat(100_000)],
    ["closes what it never opened", "</div>".repeat(150_000)],
    ["has entities without end", "&amp".repeat(250_000)],
    ["hides depth in a picture", `<svg>${"<g>".repeat(200_000)}`],
    ["hides depth behind a picture", `<svg></svg ><math>${"<g>".repeat(100_000)}</math>${"<g>".repeat(100_000)}`],
    ["hides depth in a comment that browsers do not see", `<!-->${"<div>".repeat(200_000)}-->`],
    ["hides depth in an attribute", `<p a="<div>" b='${"<div>".repeat(100_000)}' c=">${"<div>".repeat(90_000)}`],
    ["hides depth in old elements", `<xmp><plaintext><listing>${"<div>".repeat(200_000)}`],
    ["mixes what ends by itself", "<li><p><dd><td><tr><option>".repeat(30_000)],
    ["is one long text", "hello, ".repeat(140_000)],
  ])("takes little time where it %s", (_what, html) => {
    const began = performance.now();
    readHtml(html, url);
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it("is none where it is as large as pages of people are", () => {
    const rows = "<tr><td><a href='/x'>x</a></td><td>text</td></tr>".repeat(900);
    const isSmall = (html: string) => tidyHtml(htmlTokens(html)) !== undefined;
    expect(isSmall(`<html><body><div><div><table><tbody>${rows}</tbody></table></div></div>`)).toBe(true);
    expect(isSmall("<li>one".repeat(3_000))).toBe(true);
    expect(isSmall("<span>one".repeat(3_000))).toBe(false);
    expect(isSmall("<i></i>".repeat(5_001))).toBe(false);
  });

  it("is written anew, so that nobody reads it in two ways", () => {
    const tidied = (html: string) => tidyHtml(htmlTokens(html));
    expect(tidied("<p>a < b<p class=x onclick=evil()>c</b></div><br><IMG SRC=x>d")).toBe(
      '<p>a &lt; b</p><p class="x">c<br><img>d</p>',
    );
    expect(tidied("<!--><i>--></i><b id='\"<>&amp;'>x</b>")).toBe('<b id="&quot;&lt;>&amp;">x</b>');
    expect(tidied("<svg><g></svg><script>'<p>'</script><plaintext><a:b>x")).toBe("x");
  });
});
