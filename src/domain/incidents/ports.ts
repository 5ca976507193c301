/** What the incidents context asks of the world. */

/** Hands out the numbers behind `INC-123`: each once, rising, gaps allowed. */
export interface NumberAllocator {
  next(): Promise<number>;
}
