import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { status as Status } from '@grpc/grpc-js';
import { GrpcFailure } from './failure.ts';

/** The maximum size of a message, compressed or not. */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;
/** How many times its size a message may decompress to; a decompression bomb of gzip has 1,030 times. */
const MAX_RATIO = 500;
/** The decompressed size up to which the ratio is not checked, in bytes. */
const ALWAYS_ALLOWED_BYTES = 1024 * 1024;
/** The length of a message's prefix: a compressed flag of one byte and a length of four (gRPC over HTTP/2). */
const PREFIX_BYTES = 5;

/** The accepted encodings of responses: `grpc-accept-encoding`. Requests are not compressed. */
export const ACCEPTED_ENCODINGS = 'identity,gzip';

/** C core uses any encoding, whatever was accepted. */
const DECODERS = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
]);

/** The wire form of a message. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** The failure for a message over the limit, with the message of grpc-js. */
export const tooLarge = (maxBytes = MAX_MESSAGE_BYTES): GrpcFailure =>
  new GrpcFailure(Status.RESOURCE_EXHAUSTED, `Received message larger than ${maxBytes} bytes`);

/** A complete message. */
export interface Message {
  bytes: Buffer;
  isCompressed: boolean;
}

/** Reassembles messages from chunks. */
export class Frames {
  private chunks: Buffer[] = [];
  private length = 0;
  /** The number of bytes needed before a message can be complete. */
  private needed = PREFIX_BYTES;

  /** Whether an incomplete message is buffered. */
  get isPartial(): boolean {
    return this.length > 0;
  }

  /** Whether the buffered message exceeds the limit. */
  get isTooLarge(): boolean {
    return this.length > MAX_MESSAGE_BYTES + PREFIX_BYTES;
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
  }

  /** The next complete message, if any. @throws {GrpcFailure} for one over the limit, or an invalid prefix */
  next(): Message | undefined {
    if (this.length < this.needed) return undefined;
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.length);
    const end = PREFIX_BYTES + all.readUInt32BE(1);
    if (all[0]! > 1) throw new GrpcFailure(Status.INTERNAL, `a message begins with ${all[0]}, not with 0 or 1`);
    if (end > MAX_MESSAGE_BYTES + PREFIX_BYTES) throw tooLarge();
    if (all.length < end) {
      this.chunks = [all];
      this.needed = end;
      return undefined;
    }
    this.chunks = all.length > end ? [all.subarray(end)] : [];
    this.length = all.length - end;
    this.needed = PREFIX_BYTES;
    return { bytes: all.subarray(PREFIX_BYTES, end), isCompressed: all[0] === 1 };
  }
}

/**
 * Decompresses a message. Beyond a megabyte it may decompress to 500 times its size: V8 frees decompressed bytes later than they are
 * dropped, so the bytes of bombs of several calls would add up.
 * @param encoding the `grpc-encoding` of the response
 * @throws {GrpcFailure} INTERNAL for an unknown encoding or invalid data, RESOURCE_EXHAUSTED over the limit
 */
export async function decompressed(bytes: Buffer, encoding: string | undefined): Promise<Buffer> {
  const decode = DECODERS.get(encoding ?? '');
  if (!decode)
    throw new GrpcFailure(Status.INTERNAL, `a message is compressed with "${encoding}", which is not supported`);
  const maxOutputLength = Math.min(MAX_MESSAGE_BYTES, Math.max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * bytes.length));
  try {
    return await decode(bytes, { maxOutputLength });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxOutputLength);
    throw new GrpcFailure(Status.INTERNAL, `a message is not valid ${encoding}: ${String(error)}`, {
      cause: error,
    });
  }
}
