/** Pages of a site about one subject, and what is right to keep of them: the keywords, and the answer beside each page. */

export const siteKeywords = ["semaglutide", "tirzepatide", "obesity drug", "GLP-1 receptor agonist", "clinical trial"];

/** From this score on a page is kept. */
export const siteThreshold = 0.7;

export interface SitePage {
  readonly path: string;
  readonly title: string;
  /** Each a paragraph. */
  readonly paragraphs: readonly string[];
  readonly publishedAt?: string;
  /** Whether it is kept at {@link siteThreshold}, and the keywords that stand in it as they are. */
  readonly isKept: boolean;
  readonly matchedKeywords: readonly string[];
}

/** Paragraphs of about seventy words that name none of the keywords. */
const filler = [
  "The authors asked adults in nine towns how they sleep, what they eat and how far they walk in a week. Most of them answered " +
    "by telephone, and some wrote letters. Nobody was paid for it. The answers were put into tables by two people who did not " +
    "know each other, and where they differed a third one decided. Differences were rare, and none of them changed what the " +
    "tables say about the towns as a whole.",
  "Costs differ between countries, and so does what insurance pays. In some places a doctor has to say why nothing else has " +
    "helped, in others a pharmacy may decide. Waiting lists were long in spring and short in autumn. People who live far from a " +
    "city said that the way is the hardest part, and that a visit by video would be enough for them most of the time.",
  "A committee will look at the figures again next year. Until then nothing changes for those who are treated already. Who has " +
    "questions should ask a doctor or a nurse, and should not stop a treatment alone. The office answers letters within ten " +
    "days, and its telephone is open on working days from nine to four, except in the last week of the year.",
];

export const sitePages: readonly SitePage[] = [
  {
    path: "/news/semaglutide-label",
    title: "New label for semaglutide approved",
    paragraphs: [
      "The agency approved a new label for semaglutide on Monday. It is the first obesity drug whose label names a lower risk of heart attacks. " +
        "Semaglutide is a GLP-1 receptor agonist that is injected once a week.",
      ...filler,
    ],
    publishedAt: "2025-03-04T09:30:00.000Z",
    isKept: true,
    matchedKeywords: ["semaglutide", "obesity drug", "GLP-1 receptor agonist"],
  },
  {
    path: "/trials/tirzepatide",
    title: "Tirzepatide against semaglutide: results after 72 weeks",
    paragraphs: [
      "In a clinical trial with 751 adults, tirzepatide led to a mean weight loss of 20.2 percent, semaglutide to 13.7 percent. " +
        "The clinical trial took 72 weeks.",
      ...filler,
    ],
    publishedAt: "2025-05-11T00:00:00.000Z",
    isKept: true,
    matchedKeywords: ["semaglutide", "tirzepatide", "clinical trial"],
  },
  {
    path: "/trials/heart",
    title: "Heart failure and semaglutide",
    paragraphs: [
      "A clinical trial in 529 people with heart failure found that those who were given semaglutide could walk further. " +
        "The drug, a GLP-1 receptor agonist, was taken for a year.",
      ...filler,
    ],
    isKept: true,
    matchedKeywords: ["semaglutide", "GLP-1 receptor agonist", "clinical trial"],
  },
  {
    path: "/research/review",
    title: "What we know of the GLP-1 receptor agonist class",
    paragraphs: [
      "Every GLP-1 receptor agonist slows down the stomach. Semaglutide and tirzepatide are the two that are prescribed most.",
      ...filler,
    ],
    isKept: true,
    matchedKeywords: ["semaglutide", "tirzepatide", "GLP-1 receptor agonist"],
  },
  {
    path: "/guidance/prescribing",
    title: "Prescribing an obesity drug",
    paragraphs: [
      "An obesity drug is prescribed together with a diet. Semaglutide is given weekly, and the dose is raised every four weeks. " +
        "Tirzepatide begins with 2.5 mg.",
      ...filler,
    ],
    isKept: true,
    matchedKeywords: ["semaglutide", "tirzepatide", "obesity drug"],
  },
  {
    path: "/news/supply",
    title: "Supply gets better",
    paragraphs: [
      "The maker of semaglutide says that every strength can be delivered again. Of tirzepatide two strengths are still short. " +
        "No other obesity drug is affected.",
      ...filler,
    ],
    // No keyword in the title: 0.4 + 0 + 0.2 + 0.2.
    isKept: true,
    matchedKeywords: ["semaglutide", "tirzepatide", "obesity drug"],
  },
  {
    path: "/news/market",
    title: "Shares of three makers rise",
    // Two of three keywords, and only few words: 0.267 + 0 + 0.2 + little.
    paragraphs: ["Shares of the makers of semaglutide and tirzepatide rose on Tuesday, as did those of a rival."],
    isKept: false,
    matchedKeywords: ["semaglutide", "tirzepatide"],
  },
  {
    path: "/news/trials-in-court",
    title: "A clinical day in court",
    // "Clinical" and "trial" are there, but never together: half a keyword.
    paragraphs: ["The trial over the clinical records begins in May.", ...filler],
    isKept: false,
    matchedKeywords: [],
  },
  {
    path: "/contact",
    title: "Contact",
    paragraphs: ["Questions about semaglutide are answered by the office for medicines."],
    isKept: false,
    matchedKeywords: ["semaglutide"],
  },
  { path: "/about", title: "About us", paragraphs: filler, isKept: false, matchedKeywords: [] },
  {
    path: "/news/canteen",
    title: "New hours of the canteen",
    paragraphs: ["The canteen opens at eight. " + (filler[2] ?? ""), ...filler],
    isKept: false,
    matchedKeywords: [],
  },
  {
    path: "/research/sleep",
    title: "Sleep and weight",
    paragraphs: [...filler, "People who sleep less weigh more, the study says."],
    isKept: false,
    matchedKeywords: [],
  },
];

/** Pages with something wrong; what that is says the server. */
export const troublePaths = ["/private/notes", "/broken", "/gone", "/loop", "/metadata", "/paper"] as const;

const menu = sitePages.map(({ path, title }) => `<li><a href="${path}">${title}</a></li>`).join("\n");

export function toHtml({
  title,
  paragraphs,
  publishedAt,
}: Pick<SitePage, "title" | "paragraphs" | "publishedAt">): string {
  const published =
    publishedAt === undefined ? "" : `<meta property="article:published_time" content="${publishedAt}">`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>${published}</head>
<body><nav><ul>${menu}</ul></nav>
<main><article><h1>${title}</h1>
${paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join("\n")}
</article></main>
<footer>Office for Medicines, <a href="/about#top">about us</a>, <a href="mailto:office@medicines.example">mail</a></footer></body></html>`;
}

/** A page that links to others and says nothing else. */
export function toIndex(title: string, paths: readonly string[]): string {
  const links = paths.map((path) => `<li><a href="${path}">${path.replaceAll("/", " ").trim()}</a></li>`);
  return `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1><ul>${links.join("")}</ul></body></html>`;
}
