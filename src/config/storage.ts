import { parseStorageUrl, type StorageLocation } from '#libs/object-storage';
import { bytes, count, milliseconds, secret } from '#libs/process';
import { z } from 'zod';

const MESSAGE =
  'must be file: and the path of a folder, or s3://bucket/prefix, optionally with ?region=… and endpoint=http://host:port';

/** The settings of the storage of files, and of uploads. */
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
  STORAGE_SECRET_ACCESS_KEY: secret(z.string().optional()),
  FILES_QUOTA_BYTES: bytes(1_073_741_824, 1_099_511_627_776),
  UPLOAD_LIMIT_BYTES: bytes(52_428_800, 107_374_182_400),
  UPLOAD_QUOTA_BYTES: bytes(262_144_000, 1_099_511_627_776),
  UPLOAD_LIFE_MS: milliseconds(86_400_000, 60_000, 604_800_000),
  MAX_UPLOADS_PER_CALLER: count(20),
};

type HalfAKey = { [Name in keyof typeof storageSettings]?: unknown };

/** Refuses an id without its secret, and a secret without its id. */
export function refuseHalfAStorageKey(given: HalfAKey, check: z.core.$RefinementCtx<HalfAKey>): void {
  const names = ['STORAGE_ACCESS_KEY_ID', 'STORAGE_SECRET_ACCESS_KEY'] as const;
  const [missing, set] = given[names[0]] ? [names[1], names[0]] : names;
  if (!given[set] || given[missing]) return;
  check.addIssue({ code: 'custom', path: [missing], message: `must be set where ${set} is` });
}
