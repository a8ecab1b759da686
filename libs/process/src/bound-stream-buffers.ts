import { setDefaultHighWaterMark } from 'node:stream';

/** What a stream holds for a reader that does not read, in bytes: Node's default before release 22. */
const HELD_BYTES = 16_384;

/**
 * Bounds what streams of this process hold for slow readers. An answer passes four to six of them on its way, and with Node's
 * 64 KiB they hold 500 more rows of an export, for each client that has stopped reading. Streams of files keep their own 64 KiB.
 */
export const boundStreamBuffers = (): void => setDefaultHighWaterMark(false, HELD_BYTES);
