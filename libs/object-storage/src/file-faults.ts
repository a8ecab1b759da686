import { GatewayError } from '#libs/errors';
import type { Source } from './object-storage.ts';

const FULL = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);
const PASSING = new Set<unknown>('EMFILE ENFILE ENOMEM EAGAIN EIO ESTALE ETIMEDOUT EHOSTDOWN'.split(' '));

/** How long a client waits for a file system that is read-only, away or out of descriptors, in milliseconds. */
const RETRY_MS = 5_000;

/** What a source threw while it was written. */
class SourceFailure extends Error {}

/** The chunks of a source, whose errors are told from those of files. */
export async function* chunksOf(source: Source): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw new SourceFailure('The source failed.', { cause: error });
  }
}

/**
 * Works on a file or a folder.
 * @throws {GatewayError} STORAGE_FULL if there is no space, OVERLOADED for what else the file system refuses, each with the path
 * as its cause; what a source threw is thrown as it is
 */
export async function onFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw faultOf(error, path);
  }
}

function faultOf(error: unknown, path: string): unknown {
  if (error instanceof SourceFailure) return error.cause;
  const { syscall, path: named, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  // Node names no file where one that is open fails.
  const cause = named === undefined ? new Error(`${message} '${path}'`, { cause: error }) : error;
  if (isFull(error)) return new GatewayError('STORAGE_FULL', { detail: 'There is no space for the file.', cause });
  return new GatewayError('OVERLOADED', {
    source: 'storage',
    detail: 'The storage of files cannot be used.',
    retryAfterMs: RETRY_MS,
    cause,
  });
}

/** The code of an error, if it has one. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** Whether an error says that there is no space. */
export const isFull = (error: unknown): boolean => FULL.has(codeOf(error));

/** Whether an error passes without anybody changing a setting: also where no descriptor is left, or a disk or network folder is away. */
export const isPassing = (error: unknown): boolean => isFull(error) || PASSING.has(codeOf(error));

/** Whether an error says that there is no such file or folder. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';

/** What `work` returns; undefined where there is no such file or folder. */
export async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
