/** Port: keeps content that is too large for a row, by key. */
export interface ObjectStore {
  /**
   * Writes or overwrites. `once`: what is there already stays, and that is no error. For keys that stand for their content: what an
   * event names is never written over.
   */
  put(key: string, content: string, how?: { readonly once: boolean }): Promise<void>;
  /** The content, or undefined where nothing was put under the key. */
  get(key: string): Promise<string | undefined>;
  /** Removes the content; nothing happens where there is none. */
  delete(key: string): Promise<void>;
}
