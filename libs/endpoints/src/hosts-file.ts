import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

const HOSTS_FILE = '/etc/hosts';

/**
 * The IP addresses of a name in the hosts file (hosts(5)), in its order, without duplicates; none if the name is
 * missing or the file cannot be read. The file is read directly, because the system's resolver may wait for DNS servers
 * first.
 */
export async function inHostsFile(name: string, file = HOSTS_FILE): Promise<string[]> {
  const sought = name.toLowerCase().replace(/\.$/, '');
  const text = await readFile(file, 'latin1').catch(() => '');
  const ips = text.split('\n').flatMap((line) => {
    const [ip = '', ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    return isIP(ip) && names.includes(sought) ? [ip] : [];
  });
  return [...new Set(ips)];
}
