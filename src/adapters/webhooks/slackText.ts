/** Slack's markup as people read it. */

/** `<@U1|ana>` becomes `@ana`, `<https://x|here>` becomes `here (https://x)`, and `&lt;` becomes `<`. */
export function readableSlackText(text: string | undefined): string | undefined {
  return text?.replaceAll(/<([^<>|]{1,2000})(?:\|([^<>]{0,2000}))?>/g, plainOf).replaceAll(/&(lt|gt|amp);/g, decode);
}

function plainOf(_whole: string, target: string, label: string | undefined): string {
  const shown = label === "" ? undefined : label;
  const rest = target.slice(1);
  if (target.startsWith("@")) return `@${shown ?? rest}`;
  if (target.startsWith("#")) return `#${shown ?? rest}`;
  if (target.startsWith("!")) return `@${shown?.replace(/^@/, "") ?? rest.split("^", 1)[0]}`;
  return shown === undefined || shown === target ? target : `${shown} (${target})`;
}

function decode(_whole: string, name: string): string {
  return name === "lt" ? "<" : name === "gt" ? ">" : "&";
}
