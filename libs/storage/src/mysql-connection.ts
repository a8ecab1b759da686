import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'mysql2/promise';

/** Where a MySQL or MariaDB is, who logs in, and what its server is checked for. @throws {NodeJS.ErrnoException} */
export function mysqlConnection(databaseUrl: string): ConnectionOptions {
  const { hostname, port, username, password, searchParams } = new URL(databaseUrl);
  const socketPath = searchParams.get('socket');
  return {
    host: decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
    port: Number(port || 3306),
    ...(socketPath && { socketPath }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...tlsOf(searchParams),
  };
}

function tlsOf(parameters: URLSearchParams): Pick<ConnectionOptions, 'ssl'> {
  const mode = parameters.get('ssl-mode') ?? 'DISABLED';
  if (mode === 'DISABLED') return {};
  const ca = parameters.get('ssl-ca');
  return {
    ssl: {
      rejectUnauthorized: mode !== 'REQUIRED',
      // Without it mysql2 accepts a trusted certificate of any host.
      verifyIdentity: mode === 'VERIFY_IDENTITY',
      ...(ca && { ca: readFileSync(ca, 'utf8') }),
    },
  };
}
