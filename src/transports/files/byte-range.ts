import type { ByteRange } from '#libs/object-storage';

const ONE_RANGE = /^bytes=[\t ]*(\d*)-(\d*)[\t ]*$/i;

/**
 * Reads `Range` (RFC 9110, section 14.2) for a file of a size. Several ranges at once, other units and malformed values are
 * ignored, as the RFC allows: the client then receives the whole file.
 * @returns undefined for the whole file; 'unsatisfiable' if the file has none of these bytes
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = (header !== undefined && ONE_RANGE.exec(header)) || [];
  if (first === '' && last === '') return undefined;
  if (first === '') return lastBytes(Number(last), size);
  const [start, end] = [Number(first), last === '' ? Infinity : Number(last)];
  if (end < start) return undefined;
  return start < size ? { start, end: Math.min(end, size - 1) } : 'unsatisfiable';
}

const lastBytes = (count: number, size: number): ByteRange | 'unsatisfiable' =>
  count > 0 && size > 0 ? { start: Math.max(0, size - count), end: size - 1 } : 'unsatisfiable';
