import { writeFileSync } from 'node:fs';
import { configsOf, moved, withGateways } from '#test/support/neighbours/deploy-page';
import { haproxy as program, serverCommand } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import type { Deployed, Place } from '#test/neighbours/proxies/deployed';

const configs = configsOf('haproxy.md');

const configure = ({ port, gateways, idleSeconds }: Place, config = configs.get('haproxy.cfg')!): string =>
  moved(withGateways(config, gateways), [
    ['bind :80', `bind 127.0.0.1:${port}`],
    ['timeout client 60s', `timeout client ${idleSeconds}s`],
    ['timeout server 60s', `timeout server ${idleSeconds}s`],
    ['timeout tunnel 60s', `timeout tunnel ${idleSeconds}s`],
  ]);

/** The master starts a new worker; the old one ends with its last stream. */
function reload(proxy: Proxy): Promise<void> {
  return proxy.answers('SIGUSR2', 'Loading success');
}

/** HAProxy with the configuration of its page. */
export const haproxy: Deployed = {
  name: 'HAProxy',
  program,
  page: 'haproxy.md',
  make: { command: serverCommand('haproxy'), args: (file) => ['-W', '-f', file] },
  can: {
    copies: 1,
    ages: true,
    revalidates: false,
    standsIn: false,
    purges: false,
    reloads: true,
    reloadsSockets: true,
    reloadsGapless: true,
    http2: true,
    spreads: true,
  },
  configure: (place) => configure(place),
  configureHttp2(place, authority) {
    const file = `${place.folder}/authority.pem`;
    writeFileSync(file, authority);
    const servers = moved(configs.get('http2.cfg')!, [
      ['/etc/ssl/atrium-ca.pem', file],
      ['gateway.internal', 'localhost'],
    ]);
    return configure(
      place,
      moved(configs.get('haproxy.cfg')!, [[/^ {2}server one .*\n {2}server two .*\n/, servers]]),
    );
  },
  reload,
};
