/** Port: keeps content that is too large for a row, by key. */
export interface ObjectStore {
  /** Writes or overwrites. */
  put(key: string, content: string): Promise<void>;
  /** The content, or undefined where nothing was put under the key. */
  get(key: string): Promise<string | undefined>;
}
