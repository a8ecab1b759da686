import type { TaskAnswer } from '#libs/workers';

/** Reads nothing: what is measured is the way to the thread and back. */
export const length = (bytes: Uint8Array): TaskAnswer<number> => ({ value: bytes.length });
