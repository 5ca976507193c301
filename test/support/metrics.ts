/** Reads Prometheus text, for the tests of what is measured. */

export interface ReadMetrics {
  /** The value of the one series that has exactly these labels; 0 where there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
  /** Names of all series. */
  readonly names: ReadonlySet<string>;
}

export async function readMetrics(url: string): Promise<ReadMetrics> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return parseMetrics(await response.text());
}

export function parseMetrics(text: string): ReadMetrics {
  const values = new Map<string, number>();
  const names = new Set<string>();
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    names.add(name);
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", is = ""]) => [label, is] as const);
    values.set(seriesOf(name, Object.fromEntries(pairs)), Number(value));
  }
  return { names, value: (name, labels = {}) => values.get(seriesOf(name, labels)) ?? 0 };
}

function seriesOf(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => a.localeCompare(b))]);
}

/** A condition: the server has no WebSocket connection left. */
export function noSocket(read: () => Promise<ReadMetrics>): () => Promise<boolean> {
  return async () => (await read()).value("opsledger_websocket_connections") === 0;
}
