import { bytes } from '#libs/process';

/** Settings that belong to one feature. */
export const featureSettings = {
  CHAT_MEMORY_BYTES: bytes(16_777_216, undefined, 2_097_152),
  IMPORT_LIMIT_BYTES: bytes(52_428_800),
};
