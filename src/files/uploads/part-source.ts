import type { Readable } from 'node:stream';
import { GatewayError } from '#libs/errors';

/** The size of a part in bytes: what is lost at most if the gateway is killed. */
export const PART_BYTES = 4_194_304;

/**
 * Cuts the body of a request into parts. If the body ends early, because the client has left or sends too much, what has arrived
 * is yielded, and `failure` has the reason.
 */
export class PartSource {
  /** Why the body did not end well; undefined if it did, or has not ended. */
  failure: Error | undefined;
  /** The received bytes. */
  size = 0;
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer | undefined;
  private hasEnded = false;
  private waitsSince: number | undefined;

  /** @param maxBytes more are refused with PAYLOAD_TOO_LARGE */
  constructor(
    private readonly body: Readable,
    private readonly maxBytes: number,
  ) {
    this.chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  /** For how long the body has been silent, in milliseconds; 0 while it is not waited for. */
  get silentMs(): number {
    return this.waitsSince === undefined ? 0 : performance.now() - this.waitsSince;
  }

  /** Ends the body early, and with it the connection that it comes by. */
  end(reason: Error): void {
    this.body.destroy(reason);
  }

  /** Whether there are further bytes. */
  async hasMore(): Promise<boolean> {
    this.rest ??= await this.next();
    return this.rest !== undefined;
  }

  /** The bytes of the next part. */
  async *part(maxBytes = PART_BYTES): AsyncGenerator<Buffer> {
    let left = maxBytes;
    while (left > 0 && (await this.hasMore())) {
      const chunk = this.rest!;
      this.rest = chunk.length > left ? chunk.subarray(left) : undefined;
      left -= chunk.length;
      yield this.rest ? chunk.subarray(0, chunk.length - this.rest.length) : chunk;
    }
  }

  private async next(): Promise<Buffer | undefined> {
    if (this.hasEnded) return undefined;
    try {
      this.waitsSince = performance.now();
      const { value, done } = await this.chunks.next();
      this.waitsSince = undefined;
      if (!done && this.size + value.length <= this.maxBytes) {
        this.size += value.length;
        return value;
      }
      if (!done) this.failure = tooLarge(this.maxBytes);
    } catch (error) {
      this.failure = error as Error;
    }
    this.waitsSince = undefined;
    this.hasEnded = true;
    return undefined;
  }
}

const tooLarge = (maxBytes: number): GatewayError =>
  new GatewayError('PAYLOAD_TOO_LARGE', { detail: `The upload may go on by ${maxBytes} bytes.` });
