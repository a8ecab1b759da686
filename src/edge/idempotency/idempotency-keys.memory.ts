import { IdempotencyKeys, IN_FLIGHT_MS, KEPT_MS } from './idempotency-keys.ts';

interface StoredKey {
  value: string;
  /** On the clock of `performance.now()`. */
  expiresAt: number;
}

/** Keys in the memory of this process. Beyond the maximum number, the oldest is dropped. */
export class IdempotencyKeysMemory extends IdempotencyKeys {
  private readonly entries = new Map<string, StoredKey>();

  constructor(private readonly max = 10_000) {
    super();
  }

  async claim(key: string, mark: string): Promise<string | undefined> {
    const held = this.heldBy(key);
    if (held === undefined) this.put(key, mark, IN_FLIGHT_MS);
    return held;
  }

  async keep(key: string, mark: string, answer: string): Promise<void> {
    if ([mark, undefined].includes(this.heldBy(key))) this.put(key, answer, KEPT_MS);
  }

  async free(key: string, mark: string): Promise<void> {
    if (this.heldBy(key) === mark) this.entries.delete(key);
  }

  private heldBy(key: string): string | undefined {
    const entry = this.entries.get(key);
    return entry && entry.expiresAt > performance.now() ? entry.value : undefined;
  }

  private put(key: string, value: string, forMs: number): void {
    // Moves the key to the end: the map is in the order of age.
    this.entries.delete(key);
    this.entries.set(key, { value, expiresAt: performance.now() + forMs });
    if (this.entries.size > this.max) this.entries.delete(this.entries.keys().next().value!);
  }
}
