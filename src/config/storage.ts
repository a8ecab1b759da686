import { parseStorageUrl, type StorageLocation } from '#libs/object-storage';
import { z } from 'zod';

const MESSAGE =
  'must be file: and the path of a folder, or s3://bucket/prefix, optionally with ?region=… and endpoint=http://host:port';

/** The settings of the storage of files. */
export const storageSettings = {
  STORAGE_URL: z
    .string()
    .default('file:.data/files')
    .transform((url, check): StorageLocation => {
      const location = parseStorageUrl(url);
      if (location) return location;
      check.addIssue({ code: 'custom', message: MESSAGE });
      return z.NEVER;
    }),
  STORAGE_ACCESS_KEY_ID: z.string().optional(),
  STORAGE_SECRET_ACCESS_KEY: z.string().optional(),
};

type HalfAKey = { [Name in keyof typeof storageSettings]?: unknown };

/** Refuses an id without its secret, and a secret without its id. */
export function refuseHalfAStorageKey(given: HalfAKey, check: z.core.$RefinementCtx<HalfAKey>): void {
  const names = ['STORAGE_ACCESS_KEY_ID', 'STORAGE_SECRET_ACCESS_KEY'] as const;
  const [missing, set] = given[names[0]] ? [names[1], names[0]] : names;
  if (!given[set] || given[missing]) return;
  check.addIssue({ code: 'custom', path: [missing], message: `must be set where ${set} is` });
}
