import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { configsOf, moved, withGateways } from '#test/support/neighbours/deploy-page';
import { caddy as program } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import type { Deployed, Place } from '#test/neighbours/proxies/deployed';

const run = promisify(execFile);

const socketOf = (folder: string) => `unix/${folder}/admin.sock`;

const configs = configsOf('caddy.md');

function configure({ port, folder, gateways }: Place, config = configs.get('Caddyfile')!): string {
  const site = moved(withGateways(config, gateways), [['shop.example {', `http://127.0.0.1:${port} {`]]);
  return `{\n  admin ${socketOf(folder)}\n}\n${site}`;
}

async function reload({ folder, configFile }: Proxy): Promise<void> {
  const args = ['--force', '--adapter', 'caddyfile', '--config', configFile, '--address', socketOf(folder)];
  await run('caddy', ['reload', ...args]);
}

/** Caddy with the configuration of its page. */
export const caddy: Deployed = {
  name: 'Caddy',
  program,
  page: 'caddy.md',
  make: {
    command: 'caddy',
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    env: (folder) => ({ HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }),
  },
  can: {
    copies: 0,
    ages: false,
    revalidates: false,
    standsIn: false,
    purges: false,
    reloads: true,
    reloadsSockets: false,
    reloadsGapless: false,
    http2: true,
    spreads: true,
  },
  configure: (place) => configure(place),
  configureHttp2(place, authority) {
    const file = `${place.folder}/authority.pem`;
    writeFileSync(file, authority);
    const transport = moved(configs.get('http2.Caddyfile')!, [
      ['/etc/ssl/atrium-ca.pem', file],
      ['gateway.internal', 'localhost'],
    ]);
    const config = moved(configs.get('Caddyfile')!, [
      [/^\t\ttransport http \{[^}]*\}\n/, transport],
      ['to 10.0.0.11', 'to https://10.0.0.11'],
      ['to 10.0.0.12', 'to https://10.0.0.12'],
    ]);
    return configure(place, config);
  },
  reload,
};
