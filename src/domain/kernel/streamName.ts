/** Stream names: `<Category>-<id>`. */

/** The name of the stream that holds `id` of `category`. */
export function toStreamName(category: string, id: string): string {
  return `${category}-${id}`;
}

/** Category and id of a stream name. The category ends at the first hyphen. */
export function parseStreamName(streamId: string): { category: string; id: string } {
  const hyphen = streamId.indexOf("-");
  return hyphen < 0
    ? { category: streamId, id: "" }
    : { category: streamId.slice(0, hyphen), id: streamId.slice(hyphen + 1) };
}
