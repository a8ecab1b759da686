/** Keys whose values never reach a log, wherever they stand two levels deep or less. */
const SECRET_KEYS = [
  'password',
  'accessToken',
  'refreshToken',
  'token',
  'authorization',
  'cookie',
  'set-cookie',
  'passwordHash',
  'privateKey',
];

const quoted = (key: string) => (/^\w+$/.test(key) ? key : `["${key}"]`);
const below = (key: string) => (/^\w+$/.test(key) ? `.${key}` : `["${key}"]`);

/** pino's `redact` for every process. */
export const redact = {
  paths: SECRET_KEYS.flatMap((key) => [quoted(key), `*${below(key)}`, `*.*${below(key)}`]),
  censor: '[redacted]',
};
