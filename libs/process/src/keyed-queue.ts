/** Runs the work of one key one after another, in the order in which it came; that of different keys at once. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs work when all earlier work of the key has ended, whether or not it failed. @returns what it returns @throws what it throws */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.last.get(key) ?? Promise.resolve()).then(work, work);
    this.last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.last.get(key) === turn) this.last.delete(key);
    }
  }
}
