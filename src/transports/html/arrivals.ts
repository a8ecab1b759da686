import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { reasonOf } from '#libs/gather';
import type { Context } from '#libs/upstream';
import type { ReceivedPart } from './parts.tsx';

/** The parts of an answer, in the order in which they arrive. */
export class Arrivals {
  private readonly received = new Map<string, ReceivedPart>();
  private readonly left: Set<string>;
  private wake: (() => void) | undefined;
  /** Why the answer failed; undefined while it has not. */
  failure: unknown;
  isSettled = false;

  /** @param names the expected parts @param load reads the answer, whose parts the context reports */
  constructor(
    private readonly context: Context,
    names: readonly string[],
    load: () => Promise<object>,
  ) {
    this.left = new Set(names);
    context.onPart = (name, value, degraded) => this.add({ name, value, degraded });
    load().then(
      () => this.settle(),
      (error: unknown) => this.settle(error),
    );
  }

  /** Whether an expected part has received that was not taken yet, or no other will. */
  get hasReady(): boolean {
    return this.isSettled || [...this.left].some((name) => this.received.has(name));
  }

  /** A part by its name; undefined before it arrives. */
  part(name: string): ReceivedPart | undefined {
    return this.received.get(name);
  }

  /** Waits for a part. @throws what the answer failed with */
  async first(name: string): Promise<unknown> {
    while (!this.received.has(name) && !this.isSettled) await this.news();
    if (!this.received.has(name)) throw this.failure as Error;
    return this.received.get(name)!.value;
  }

  /**
   * Waits until all is there, or for a time. @param ms in milliseconds; 0 takes what is at hand
   * @throws what the answer failed with
   */
  async completeWithin(ms: number): Promise<boolean> {
    if (ms === 0) await new Promise(setImmediate);
    let isOver = ms === 0;
    const timer = setTimeout(() => {
      isOver = true;
      this.wake?.();
    }, ms);
    while (!this.isSettled && !isOver) await this.news();
    clearTimeout(timer);
    if (this.failure !== undefined) throw this.failure as Error;
    return this.isSettled;
  }

  /** The expected parts as they arrive; those that never do are missing, once the answer has failed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedPart> {
    const { left } = this;
    for (;;) {
      const ready = [...left].filter((name) => this.received.has(name));
      for (const name of ready) {
        left.delete(name);
        yield this.received.get(name)!;
      }
      if (ready.length) continue;
      if (this.isSettled) break;
      await this.news();
    }
    const reason = reasonOf(asGatewayError(this.failure)) ?? 'UNAVAILABLE';
    for (const name of left) yield { name, value: null, degraded: [{ part: name, reason }] };
  }

  private add(part: ReceivedPart): void {
    this.received.set(part.name, part);
    this.wake?.();
  }

  private settle(failure?: unknown): void {
    this.failure = failure;
    this.isSettled = true;
    this.context.settle();
    this.wake?.();
  }

  private news(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}
