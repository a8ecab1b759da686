import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { configsOf, moved, withGateways } from '#test/support/neighbours/deploy-page';
import { apache as program, serverCommand } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import type { Deployed, Place } from '#test/neighbours/proxies/deployed';

/** What Debian loads by itself, and what the page says to enable. */
const MODULES = [
  'mpm_event',
  'authz_core',
  'proxy',
  'proxy_http',
  'proxy_balancer',
  'lbmethod_bybusyness',
  'proxy_hcheck',
  'slotmem_shm',
  'headers',
  'cache',
  'cache_disk',
];

/** The main file around the site of the page. */
const main = (folder: string, port: number, site: string, modules: readonly string[]) => `
ServerRoot ${folder}
ServerName 127.0.0.1
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
User www-data
Group www-data
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex file:${folder}
ErrorLog "|/bin/cat"
LogLevel notice
Listen 127.0.0.1:${port}
${site}
`;

const configs = configsOf('apache.md');

function configure(
  { port, folder, gateways, idleSeconds }: Place,
  config = configs.get('atrium.conf')!,
  modules = MODULES,
): string {
  mkdirSync(`${folder}/cache`);
  chmodSync(`${folder}/cache`, 0o777);
  const site = moved(withGateways(config, gateways), [
    ['<VirtualHost *:80>', `<VirtualHost 127.0.0.1:${port}>`],
    ['/var/cache/apache2/mod_cache_disk', `${folder}/cache`],
    [/^ {2}Timeout 60/, `  Timeout ${idleSeconds}`],
    ['ProxyTimeout 60', `ProxyTimeout ${idleSeconds}`],
  ]);
  return main(folder, port, site, modules);
}

/** Its workers are replaced; those with streams go on until these end. */
function reload(proxy: Proxy): Promise<void> {
  return proxy.answers('SIGUSR1', 'resuming normal operations');
}

/** Apache with the configuration of its page. */
export const apache: Deployed = {
  name: 'Apache',
  program,
  page: 'apache.md',
  make: { command: serverCommand('apache2'), args: (file) => ['-DFOREGROUND', '-f', file] },
  can: {
    copies: 2,
    ages: true,
    revalidates: true,
    standsIn: true,
    purges: false,
    reloads: true,
    reloadsSockets: true,
    reloadsGapless: true,
    http2: true,
    spreads: true,
  },
  configure: (place) => configure(place),
  mayLoseOverHttp2: 5,
  configureHttp2(place, authority) {
    const file = `${place.folder}/authority.pem`;
    writeFileSync(file, authority);
    const http2 = moved(configs.get('http2.conf')!, [['/etc/ssl/atrium-ca.pem', file]]);
    const config = moved(configs.get('atrium.conf')!, [
      [/^ {2}<Proxy "balancer:\/\/atrium">[^]*ProxyPass "\/" "balancer:\/\/atrium\/"\n/, http2],
    ]);
    return configure(place, config, [...MODULES, 'socache_shmcb', 'ssl', 'proxy_http2', 'rewrite']);
  },
  reload,
};
