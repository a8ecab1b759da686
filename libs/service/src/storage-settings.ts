import { count, milliseconds, port, secret } from '#libs/process';
import { databaseUrlProblem, isPostgresUrl } from '#libs/storage';
import { z } from 'zod';

/** An address of a database, or what is wrong with it. */
const address = z
  .string()
  .trim()
  .superRefine((url, check) => {
    const message = databaseUrlProblem(url);
    if (message) check.addIssue({ code: 'custom', message });
  });

const replica = address.refine(
  (url) => !databaseUrlProblem(url) && isPostgresUrl(url),
  'must be a postgres:// address',
);

/** Addresses, comma-separated: a comma that no address follows is one within an address. */
const replicas = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(/,(?=\s*(?:\w+:\/\/|$))/)
      .map((url) => url.trim())
      .filter(Boolean),
  )
  .pipe(z.array(replica));

/** The settings of a service's storage. */
export const storageSettings = {
  DATABASE_URL: secret(address.optional()),
  DATA_DIR: z.string().default('.data'),
  /** The connections of this process; SQLite has one. */
  DATABASE_POOL: count(10, 1, 1_000),
  /** How long a query waits for a connection. */
  DATABASE_POOL_WAIT_MS: milliseconds(1_000),
  /** How many queries wait at most. */
  DATABASE_POOL_QUEUE: count(1_000),
  /** How long a statement may run; 0 for no limit. */
  DATABASE_STATEMENT_TIMEOUT_MS: milliseconds(5_000, 0),
  /** Streaming replicas of a PostgreSQL, which lists are read from. */
  DATABASE_REPLICA_URLS: secret(replicas),
  /** How long a read waits for a replica that is behind, before it reads the primary. */
  DATABASE_REPLICA_WAIT_MS: milliseconds(50, 0),
  /** The port of `/metrics`; unset, there are none. */
  METRICS_PORT: port(0).unwrap().optional(),
};

/** The settings of a service's storage, checked. */
export type StorageSettings = z.output<z.ZodObject<typeof storageSettings>>;

/** Replicas are of a PostgreSQL alone. */
export function checkReplicas(
  { DATABASE_URL: url, DATABASE_REPLICA_URLS: urls }: StorageSettings,
  check: z.RefinementCtx,
) {
  if (urls?.length && !(url && isPostgresUrl(url)))
    check.addIssue({
      code: 'custom',
      path: ['DATABASE_REPLICA_URLS'],
      message: 'requires a DATABASE_URL with postgres://',
    });
}
