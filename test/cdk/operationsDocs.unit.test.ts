/**
 * docs/operations says what the deployment is: settings with their defaults, what each program may do, prices. `UPDATE_DOCS=1` writes the
 * table of rights anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prices } from "../../bench/prices.js";
import { resourceRights } from "../../cdk/lib/access.js";
import { programs, tableRights } from "../../cdk/lib/rights.js";
import type { Program, TableRight } from "../../cdk/lib/rights.js";
import { SettingsError, parseSettings } from "../../cdk/lib/settings.js";
import { tableNames } from "../../src/store/tables.js";

const folder = join(import.meta.dirname, "../../docs/operations");
const read = (page: string) => readFileSync(join(folder, page), "utf8");

/** The cells of each row below a heading's table. */
function rowsOf(page: string, heading: string): string[][] {
  const section = read(page).split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Puts other rows into the first table below a heading; prettier makes it even. */
function replaceRows(page: string, heading: string, rows: readonly (readonly string[])[]): void {
  const [before = "", after = ""] = read(page).split(`\n## ${heading}\n`);
  const lines = after.split("\n");
  const first = lines.findIndex((line) => line.startsWith("|"));
  const end = lines.findIndex((line, index) => index > first && !line.startsWith("|"));
  const written = rows.map((cells) => `| ${cells.join(" | ")} |`);
  const text = [...lines.slice(0, first + 2), ...written, ...lines.slice(end)].join("\n");
  writeFileSync(join(folder, page), `${before}\n## ${heading}\n${text}`);
}

/** Names of all settings, as the refusal of one that is none lists them. */
function settingNames(): string[] {
  try {
    parseSettings({ nonsense: "1" });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const [, names = ""] = /there are (.*)$/.exec(error.problems[0] ?? "") ?? [];
    return names.split(", ");
  }
  return [];
}

describe("the page on deploying", () => {
  it("lists every setting with its default", () => {
    type Value = string | number | boolean | readonly string[] | undefined;
    const defaults: Readonly<Record<string, Value>> = parseSettings({});
    const shown = (value: Value) => {
      const text = typeof value === "object" ? value.join(",") : (value?.toString() ?? "");
      return text === "" ? "" : `\`${text}\``;
    };
    expect(rowsOf("deploy.md", "Settings").map(([key, initially]) => [key, initially])).toEqual(
      settingNames().map((name) => [`\`${name}\``, shown(defaults[name])]),
    );
  });

  it("says what each program may do", () => {
    const tablesWith = (program: Program, ...rights: readonly TableRight[]) => {
      const names = tableNames.filter((name) => rights.some((right) => tableRights[program][name]?.includes(right)));
      return names.length === tableNames.length ? "all tables" : names.map((name) => `\`${name}\``).join(", ");
    };
    const expected = programs.map((program) => [
      `\`${program}\``,
      tablesWith(program, "read", "scan"),
      tablesWith(program, "write"),
      resourceRights[program].join(", "),
    ]);
    if (process.env["UPDATE_DOCS"] === "1") replaceRows("deploy.md", "What each program may do", expected);
    expect(rowsOf("deploy.md", "What each program may do")).toEqual(expected);
  });
});

it("the page on cost names every price that it reckons with", () => {
  const named = rowsOf("cost.md", "Prices").map(([, price = ""]) => Number(price));
  expect(named.toSorted()).toEqual(Object.values<number>(prices).toSorted());
});
