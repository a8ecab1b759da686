import { isIP } from 'node:net';
import type { Config } from '#gateway/config/config';

/** `host`, `host:port`, `[address]` or `[address]:port`. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:@/[\]\s]+))(?::\d*)?$/i;

/**
 * Tells whether a `Host` header names the admin port as it may be named: by an IP address, `localhost`, ADMIN_HOST or one of
 * ADMIN_HOSTS. A page of another site that has its name resolved to this machine (DNS rebinding) comes with that name. Without
 * the header no browser comes.
 */
export function adminHosts({
  ADMIN_HOST,
  ADMIN_HOSTS,
}: Pick<Config, 'ADMIN_HOST' | 'ADMIN_HOSTS'>): (header: string | undefined) => boolean {
  const names = new Set(['localhost', ADMIN_HOST, ...ADMIN_HOSTS].map((name) => name.toLowerCase()));
  return (header) => {
    if (header === undefined) return true;
    const [, address, name = ''] = HOST.exec(header) ?? [];
    if (address !== undefined) return isIP(address) === 6;
    return isIP(name) === 4 || names.has(name.toLowerCase().replace(/\.$/, ''));
  };
}
