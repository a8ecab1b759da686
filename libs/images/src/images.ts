import { GatewayError } from '#libs/errors';
import { WorkerFailure, type WorkerPool, workerTask } from '#libs/workers';
import type { ImageSize, SizedImages, sizes } from './sizes.worker.ts';

const SIZES = workerTask<typeof sizes>(import.meta.url, './sizes.worker', 'sizes');

/** The limits of pictures. */
export interface ImageLimits {
  /** The most pixels of a picture: decoded, each takes up to 4 bytes. */
  maxPixels: number;
  /** The most bytes of a file. */
  maxBytes: number;
  /** How long a picture may take, waiting for a thread included, in milliseconds. */
  timeoutMs: number;
}

/** 25 million pixels: 100 MB decoded; phones take 12 to 24. */
export const IMAGE_LIMITS: ImageLimits = { maxPixels: 25_000_000, maxBytes: 20_971_520, timeoutMs: 15_000 };

/** Pictures of clients, in threads. */
export class Images {
  constructor(
    private readonly pool: WorkerPool,
    private readonly limits: ImageLimits = IMAGE_LIMITS,
  ) {}

  /**
   * Encodes a picture in several sizes: upright, in sRGB, WebP, without metadata. Of an animation, the first frame.
   * @param bytes the file; a copy goes to the thread, once there is one
   * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE for content of another type than JPEG, PNG, WebP, GIF and AVIF;
   *   PAYLOAD_TOO_LARGE for too many bytes or pixels; VALIDATION_FAILED for content that is damaged or takes too long;
   *   OVERLOADED if too many wait
   */
  async sizes(bytes: Uint8Array, requested: readonly ImageSize[], signal?: AbortSignal): Promise<SizedImages> {
    const { maxPixels, maxBytes, timeoutMs } = this.limits;
    if (bytes.length > maxBytes) throw refused('PAYLOAD_TOO_LARGE', `Must have at most ${maxBytes} bytes`);
    const limits = { maxPixels, seconds: Math.ceil(timeoutMs / 1_000) };
    const copied = () => {
      const copy = new Uint8Array(bytes);
      return { input: { bytes: copy, sizes: requested, ...limits }, transfer: [copy.buffer] };
    };
    try {
      return await this.pool.run(SIZES, copied, { signal, timeoutMs });
    } catch (error) {
      if (!(error instanceof WorkerFailure)) throw error;
      // Also where the thread crashes: it is the picture that makes it.
      throw refused(
        'VALIDATION_FAILED',
        error.reason === 'timeout' ? 'Takes too long to decode' : 'Cannot be decoded',
      );
    }
  }
}

const refused = (code: 'PAYLOAD_TOO_LARGE' | 'VALIDATION_FAILED', message: string): GatewayError =>
  new GatewayError(code, { detail: 'The picture is not accepted.', errors: [{ field: 'file', message }] });
