import type { Config } from '#gateway/config/config';

/**
 * The limits of bodies. A client of less than 512 bytes a second is cut off with 408; what it has sent is kept, and it may go on
 * later.
 */
export const LIMITS = {
  maxBytes: ({ UPLOAD_LIMIT_BYTES }: Config): number => UPLOAD_LIMIT_BYTES,
  leastBytesPerSecond: 512,
};

/** The path of an upload. @param protocol by which it is spoken to */
export const urlOf = (id: string, protocol?: 'tus'): string =>
  protocol ? `/v1/uploads/tus/${id}` : `/v1/uploads/${id}`;
