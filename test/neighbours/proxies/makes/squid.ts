import { configsOf, moved } from '#test/support/neighbours/deploy-page';
import { serverCommand, squid as program } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import type { Deployed, Place } from '#test/neighbours/proxies/deployed';

const peer = (address: string) => address.replace(':', ' parent ');

function configure({ port, folder, gateways: [first, second], idleSeconds }: Place): string {
  const config = configsOf('squid.md').get('squid.conf')!;
  const peers = second
    ? moved(config, [['10.0.0.12 parent 3000', peer(second)]])
    : moved(config, [[/^cache_peer 10\.0\.0\.12 .*\n/, '']]);
  const here = moved(peers, [
    ['10.0.0.11 parent 3000', peer(first!)],
    ['http_port 80', `http_port 127.0.0.1:${port}`],
    ['dstdomain shop.example', 'dst 127.0.0.1'],
    ['read_timeout 60 seconds', `read_timeout ${idleSeconds} seconds`],
  ]);
  return `${here}
pid_filename ${folder}/squid.pid
access_log none
cache_log stdio:/dev/stderr
coredump_dir ${folder}
shutdown_lifetime 0 seconds
`;
}

/** Its one process closes its ports, reads the file again, and opens them. */
function reload(proxy: Proxy): Promise<void> {
  return proxy.answers('SIGHUP', 'Accepting reverse-proxy HTTP');
}

/** Squid with the configuration of its page. */
export const squid: Deployed = {
  name: 'Squid',
  program,
  page: 'squid.md',
  make: { command: serverCommand('squid'), args: (file) => ['-N', '-d', '1', '-f', file] },
  can: {
    copies: 2,
    ages: true,
    revalidates: true,
    standsIn: true,
    purges: false,
    reloads: true,
    reloadsSockets: true,
    reloadsGapless: false,
    http2: false,
    spreads: true,
  },
  etag: 'not in 304',
  mayLoseWrites: true,
  configure,
  reload,
};
