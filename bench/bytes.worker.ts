import { hash } from 'node:crypto';
import type { TaskAnswer } from '#libs/workers';

/** Reads nothing: what is measured is the way to the thread and back. */
export const length = (bytes: Uint8Array): TaskAnswer<number> => ({ value: bytes.length });

/** Parses JSON text, and counts what it has. */
export const countOf = (bytes: Uint8Array): TaskAnswer<number> => ({
  value: (JSON.parse(Buffer.from(bytes).toString()) as unknown[]).length,
});

/** Parses JSON text. */
export const parsed = (bytes: Uint8Array): TaskAnswer<unknown> => ({
  value: JSON.parse(Buffer.from(bytes).toString()),
});

/** The SHA-256 of bytes. */
export const sha256 = (bytes: Uint8Array): TaskAnswer<string> => ({ value: hash('sha256', bytes) });
