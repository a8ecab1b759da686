export const LARGEST_MESSAGE_BYTES = 10 * 1024 * 1024;
/** A message has a byte that says whether it is compressed, and its length in four (gRPC over HTTP/2). */
const PREFIX_BYTES = 5;

/** A message as it is sent. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** Puts messages together of what arrives in pieces. */
export class Frames {
  private chunks: Buffer[] = [];
  private bytes = 0;
  /** How much there must be before it is worth a look. */
  private needed = PREFIX_BYTES;

  /** Whether there is half a message. */
  get isTorn(): boolean {
    return this.bytes > 0;
  }

  /** Whether more has come than one message may have. */
  get isTooLarge(): boolean {
    return this.bytes > LARGEST_MESSAGE_BYTES + PREFIX_BYTES;
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
  }

  /** The next message that is whole, if there is one. @throws {Error} for a compressed or an oversized one */
  next(): Buffer | undefined {
    if (this.bytes < this.needed) return undefined;
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.bytes);
    const end = PREFIX_BYTES + all.readUInt32BE(1);
    // Nothing that we ask for allows a compressed one.
    if (all[0] !== 0) throw new Error('a message is compressed');
    if (end > LARGEST_MESSAGE_BYTES + PREFIX_BYTES) throw new Error('a message is too large');
    if (all.length < end) {
      this.chunks = [all];
      this.needed = end;
      return undefined;
    }
    this.chunks = all.length > end ? [all.subarray(end)] : [];
    this.bytes = all.length - end;
    this.needed = PREFIX_BYTES;
    return all.subarray(PREFIX_BYTES, end);
  }
}
