import { GatewayError } from '#libs/errors';

/** What a scanner found: nothing, or the name of a threat. */
export type ScanVerdict = { isClean: true } | { isClean: false; threat: string };

/** The bytes of a file as they come. */
export type ScannedFile = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A virus scanner. It never says that a file is clean unless all of it was scanned. */
export abstract class Scanner {
  /**
   * Scans a file while it is read, at the pace of the scanner.
   * @throws {GatewayError} OVERLOADED if the scanner cannot be reached, answers otherwise than its protocol says, or not in
   *   time; PAYLOAD_TOO_LARGE for more bytes than it takes
   */
  abstract scan(file: ScannedFile, signal?: AbortSignal): Promise<ScanVerdict>;
}

export const CLEAN: ScanVerdict = { isClean: true };

const MAX_NAME = 200;

/** A threat, by the name that the scanner gives. */
export const found = (threat: string): ScanVerdict => ({
  isClean: false,
  threat: threat.trim().slice(0, MAX_NAME) || 'unnamed',
});

/** The scanner gave no verdict: the file is refused, since it may be anything. */
export const unscanned = (cause: unknown): GatewayError =>
  new GatewayError('OVERLOADED', {
    source: 'virus-scan',
    detail: 'Files cannot be scanned now.',
    retryAfterMs: 30_000,
    cause,
  });

/** The scanner takes no more bytes. */
export const tooLarge = (cause: unknown): GatewayError =>
  new GatewayError('PAYLOAD_TOO_LARGE', {
    detail: 'The file is larger than the virus scan allows.',
    errors: [{ field: 'file', message: 'Is larger than the virus scan allows' }],
    cause,
  });
