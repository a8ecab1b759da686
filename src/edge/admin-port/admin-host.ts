import { isIP } from 'node:net';
import type { Config } from '#gateway/config/config';

/** `host`, `host:port`, `[address]` or `[address]:port`. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:@/[\]\s]+))(?::\d*)?$/i;

/**
 * Checks that a `Host` header is an IP address, `localhost`, ADMIN_HOST or one of ADMIN_HOSTS. This defends the
 * admin port against DNS rebinding, where a page of another site reaches it by that site's name. A missing header
 * is accepted: browsers always send one.
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
