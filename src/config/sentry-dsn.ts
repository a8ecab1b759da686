import { z } from 'zod';

/**
 * The DSN of a Sentry project (https://develop.sentry.dev/sdk/overview/#parsing-the-dsn): a public key, a host and a project. A secret
 * key has been out of use since 2017, and is refused.
 */
export const sentryDsn = z
  .string()
  .trim()
  .refine(isDsn, { message: 'must be https://key@host/project, as the Sentry project shows it' })
  .optional();

function isDsn(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(value);
  return (
    /^https?:$/.test(protocol) &&
    /^\w+$/.test(username) &&
    !password &&
    !search &&
    !hash &&
    /^(\/[\w.-]+)*\/\d+$/.test(pathname)
  );
}
