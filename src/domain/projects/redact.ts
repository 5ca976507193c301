/** Takes out of a text what looks like a secret (defect P17): people paste keys into commits, cards and messages. */
import type { Json } from "../kernel/json.js";

/** What stands where a secret was. */
export const redacted = "[redacted]";

interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** Every pattern needs time that grows with the text only, whatever the text is. */
const rules: readonly Rule[] = [
  whole(
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]*?-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[\s\S]*$)/g,
  ),
  // Credentials within an address: https://user:password@host
  { pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{1,256}:[^\s/@]{1,256}@/gi, replacement: `$1${redacted}@` },
  // Amazon
  whole(/\b(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|AROA)[A-Z0-9]{16}\b/g),
  // GitHub, GitLab, npm
  whole(/\bgh[pousr]_[A-Za-z0-9]{20,255}/g),
  whole(/\bgithub_pat_[A-Za-z0-9_]{20,255}/g),
  whole(/\bglpat-[A-Za-z0-9_-]{20,64}/g),
  whole(/\bnpm_[A-Za-z0-9]{36}/g),
  // Slack
  whole(/\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,255}/g),
  whole(/\bxapp-[A-Za-z0-9-]{8,255}/g),
  whole(/\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{8,255}/g),
  // Stripe, Google, model providers, signing secrets of webhooks, tokens that are JSON
  whole(/\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/g),
  whole(/\bAIza[A-Za-z0-9_-]{35}/g),
  whole(/\bsk-[A-Za-z0-9_-]{20,255}/g),
  whole(/\bwhsec_[A-Za-z0-9+/=_-]{16,255}/g),
  // No \b: it would begin anew behind each hyphen, and read thousands of characters each time.
  whole(/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,4096}/g),
  {
    pattern: /\b(bearer|basic)(\s{1,4})(?=[^\s]{0,64}[0-9=_.-])[A-Za-z0-9._~+/=-]{12,4096}/gi,
    replacement: `$1$2${redacted}`,
  },
  // password=x and "password": "x", whatever it is; password: x only where x looks like one, since people write sentences.
  {
    pattern: named(String.raw`\s{0,4}=\s{0,4}`, String.raw`(?:"[^"\n]{1,512}"|'[^'\n]{1,512}'|[^\s"',;&]{1,512})`),
    replacement: `$1${redacted}`,
  },
  {
    pattern: named(String.raw`["']?\s{0,4}:\s{0,4}`, String.raw`(?:"[^"\n]{1,512}"|'[^'\n]{1,512}')`),
    replacement: `$1${redacted}`,
  },
  {
    pattern: named(String.raw`\s{0,4}:\s{0,4}`, String.raw`(?=[^\s"',;&]{0,64}\d)[^\s"',;&]{8,512}`),
    replacement: `$1${redacted}`,
  },
];

/**
 * The text with {@link redacted} in the place of what looks like a key, a token, a private key or a password. Doing it again
 * changes nothing. Names, mail addresses and links are kept.
 */
export function redact(text: string): string {
  return rules.reduce((rest, { pattern, replacement }) => rest.replaceAll(pattern, replacement), text);
}

/** Every pattern needs one of these; most texts of a delivery have none, and are not searched further. */
const mayHoldSecret =
  /pass|pwd|secret|token|key|credential|bearer|basic|gh[pousr]_|_pat_|glpat|npm_|xox|xapp|slack\.com|k_live|k_test|AIza|sk-|eyJ|:\/\/[^/\s]{0,600}@|A[A-Z]{3}[A-Z0-9]{16}/i;

/** Fields whose value is a secret whatever it looks like, such as the token of Slack's old way to prove itself. */
const secretName =
  /^(?:token|secret|password|passwd|authorization|(?:access|refresh|auth|bot)_?token|(?:api|private|access)_?key|client_?secret)$/i;

/** Characters of one text that are looked at; nobody reads more of it, and to search megabytes takes long. */
export const longestText = 65_536;
/** Characters before the cut in which a secret may begin that the cut makes unknown. */
const nearCut = 512;

/** At most {@link longestText} characters of a text, without a word that the cut went through. */
function beginningOf(text: string): string {
  if (text.length <= longestText) return text;
  const kept = text.slice(0, longestText);
  const last = /\s\S*$/.exec(kept.slice(-nearCut))?.index ?? 0;
  return `${kept.slice(0, longestText - nearCut + last).toWellFormed()}…`;
}

/**
 * JSON that can be stored for good: {@link redact} in every text, and the value of every field whose name says that it is a
 * secret. Texts are cut at {@link longestText}; numbers that are too large for a number become texts (JSON.parse makes Infinity of
 * 1e400), halves of characters are replaced, and a field named `__proto__` is left out.
 */
export function redactJson(value: unknown): Json {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(redactJson);
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "__proto__")
      .map(([name, field]: [string, unknown]) => [
        name.toWellFormed(),
        typeof field === "string" && field !== "" && secretName.test(name) ? redacted : redactJson(field),
      ]),
  );
}

/** {@link redact} for a text of any length. */
export function redactText(text: string): string {
  const beginning = beginningOf(text).toWellFormed();
  return mayHoldSecret.test(beginning) ? redact(beginning) : beginning;
}

function whole(pattern: RegExp): Rule {
  return { pattern, replacement: redacted };
}

/** A name that secrets go by, and what is behind it. */
function named(separator: string, value: string): RegExp {
  const names = [
    "pass(?:word|wd|phrase)",
    "pwd",
    "secret",
    "token",
    "api[_-]?key",
    "access[_-]?key(?:[_-]?id)?",
    "private[_-]?key",
    "client[_-]?secret",
    "secret[_-]?access[_-]?key",
    "auth[_-]?token",
    "credentials?",
  ].join("|");
  // Letters before the name belong to it: DB_PASSWORD, slackToken.
  return new RegExp(String.raw`((?:${names})${separator})(?!\[redacted\])${value}`, "gi");
}
