import { isIP } from 'node:net';

/** How a connection to MySQL and MariaDB is encrypted: the names of `--ssl-mode` of their clients. */
const TLS_MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;

/** How a connection to PostgreSQL is encrypted: the names that its driver knows of `sslmode`; with others it checks the server. */
const POSTGRES_TLS_MODES = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** The parameters for TLS that the driver of PostgreSQL reads. */
const POSTGRES_TLS = new Set(['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslnegotiation']);
/** The values of `ssl` that it knows; others end the process at the first connection. */
const POSTGRES_SSL = new Set(['true', '1', '0', 'no-verify']);

/** Stands for the host of an address that has none, as those of sockets: `postgres://user@/shop?host=/run/postgresql`. */
const SOCKET = 'socket';

/** Whether it is the address of a PostgreSQL. */
export const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:/.test(url);

/** Parses the address of a database; undefined if it cannot be parsed. */
export function parseDatabaseUrl(url: string): URL | undefined {
  const whole = isPostgresUrl(url) ? url.replace(/^(\w+:\/\/[^/@?]*@)(?=[/?])/, `$1${SOCKET}`) : url;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

/** Host, or folder of the socket, port and name of a database, safe to show. */
export function databaseLabel(url: string): string {
  const { host = '', pathname = '', searchParams } = parseDatabaseUrl(url) ?? {};
  return `${searchParams?.get('host') ?? decoded(host) ?? host}${pathname}`;
}

/** What is wrong with the address of a database, as a sentence without it; undefined for nothing. */
export function databaseUrlProblem(url: string): string | undefined {
  if (!/^(postgres(ql)?|mysql|mariadb):\/\//.test(url))
    return 'must be a postgres://, mysql:// or mariadb:// address';
  if (/^\w+:\/\/(?:[^/?#]*@)?[^/?#@]*,[^/?#@]*(?:[/?#]|$)/.test(url))
    return 'must name one host: for several, one that leads to the primary, such as that of a proxy';
  const parsed = parseDatabaseUrl(url);
  const { hash = '', pathname = '', hostname, username = '', password = '' } = parsed ?? {};
  if (!parsed || hash || /[/@]/.test(pathname.slice(1)))
    return 'cannot be parsed: in user and password, write @ : / ? # and % as %40 %3A %2F %3F %23 and %25';
  if (isPostgresUrl(url)) return postgresParameterProblem(parsed.searchParams);
  if (!hostname) return 'must name a host';
  if ([username, password].some((part) => decoded(part) === undefined))
    return 'has a % in user or password that is not encoded: write it as %25';
  if (isIP(hostname.replace(/^\[|\]$/g, '')) && parsed.searchParams.get('ssl-mode') === 'VERIFY_IDENTITY')
    return 'must have the name of the host for VERIFY_IDENTITY: its driver compares no addresses';
  return mysqlParameterProblem(parsed.searchParams);
}

/** Parameters that are none would leave a connection in plain text, or its server unverified. */
const foreignTls = (parameters: URLSearchParams, isKnown: (name: string) => boolean): string | undefined =>
  [...parameters.keys()].find((name) => /ssl|tls/i.test(name) && !isKnown(name));

function postgresParameterProblem(parameters: URLSearchParams): string | undefined {
  const foreign = foreignTls(parameters, (name) => POSTGRES_TLS.has(name));
  if (foreign)
    return `has the parameter ${foreign}, which is not read: sslmode, sslrootcert, sslcert and sslkey are`;
  const mode = parameters.get('sslmode');
  if (mode !== null && !(POSTGRES_TLS_MODES as readonly string[]).includes(mode))
    return `must have one of ${POSTGRES_TLS_MODES.join(', ')} as sslmode`;
  if (!POSTGRES_SSL.has(parameters.get('ssl') ?? 'true')) return 'must have sslmode instead of ssl';
  if (parameters.has('sslrootcert') && (mode === 'disable' || mode === 'no-verify'))
    return 'must have verify-full as sslmode where it has sslrootcert';
  return undefined;
}

function mysqlParameterProblem(parameters: URLSearchParams): string | undefined {
  const foreign = foreignTls(parameters, (name) => /^ssl-(mode|ca)$/.test(name));
  if (foreign) return `has the parameter ${foreign}, which is not read: ssl-mode and ssl-ca are`;
  const mode = parameters.get('ssl-mode') ?? 'DISABLED';
  if (!(TLS_MODES as readonly string[]).includes(mode))
    return `must have one of ${TLS_MODES.join(', ')} as ssl-mode`;
  if (parameters.has('ssl-ca') && !mode.startsWith('VERIFY'))
    return 'must have VERIFY_CA or VERIFY_IDENTITY as ssl-mode where it has ssl-ca';
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
