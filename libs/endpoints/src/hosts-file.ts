import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

const HOSTS_FILE = '/etc/hosts';

/**
 * The IP addresses that the hosts file gives a name (hosts(5)), in its order, each once; none where it does not know the name
 * or cannot be read. It is read here, since the system's resolver may wait for DNS servers before it answers.
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
