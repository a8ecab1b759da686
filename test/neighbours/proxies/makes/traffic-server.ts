import { execFile } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { configsOf, moved, withGateways } from '#test/support/neighbours/deploy-page';
import { trafficServer as program } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import type { Deployed, Place } from '#test/neighbours/proxies/deployed';

const run = promisify(execFile);

/** Where it keeps everything that is not of Debian's package. */
const OWN = { sysconfdir: 'etc', localstatedir: 'var', runtimedir: 'run', logdir: 'log', cachedir: 'cache' };

/** The layout that Traffic Server is told of. */
const layout = (folder: string) => `prefix: /usr
exec_prefix: /usr
bindir: /usr/bin
sbindir: /usr/bin
libdir: /usr/lib/trafficserver
libexecdir: /usr/lib/trafficserver/modules
${Object.entries(OWN)
  .map(([name, own]) => `${name}: ${join(folder, own)}\n`)
  .join('')}`;

/** As Debian has it (it refuses to work as root), without a log of requests. */
const OURS = `
CONFIG proxy.config.admin.user_id STRING ${process.getuid?.() === 0 ? 'trafficserver' : '#-1'}
CONFIG proxy.config.log.logging_enabled INT 0
`;

/** Writes its files. @returns the layout, which it is started with */
function configure({ port, folder, gateways, idleSeconds }: Place): string {
  const config = configsOf('traffic-server.md');
  const etc = join(folder, OWN.sysconfdir);
  for (const own of Object.values(OWN)) {
    mkdirSync(join(folder, own));
    chmodSync(join(folder, own), 0o777);
  }
  const write = (name: string, text: string) => writeFileSync(join(etc, name), text);
  const records = moved(config.get('records.config')!, [
    ['server_ports STRING 80\n', `server_ports STRING ${port}:ip-in=127.0.0.1\n`],
    [/(?<=transaction_no_activity_timeout_in) INT 60/, ` INT ${idleSeconds}`],
    [/(?<=transaction_no_activity_timeout_out) INT 60/, ` INT ${idleSeconds}`],
  ]);
  write('records.config', `${records}${OURS}`);
  const remap = moved(withGateways(config.get('remap.config')!, gateways), [
    ['shop.example', `127.0.0.1:${port}`],
  ]);
  write('remap.config', remap);
  for (const name of ['forwarded.config', 'ip_allow.yaml']) write(name, config.get(name)!);
  write('storage.config', `${join(folder, OWN.cachedir)} 16M\n`);
  return layout(folder);
}

const DONE = 'remap.config finished loading';

/** Its log; empty where there is none yet. */
const logOf = (folder: string): string => {
  const file = join(folder, OWN.logdir, 'diags.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** It reads again only what has changed: here the rules, which the manager looks at. Its log says when they are in use. */
async function reload({ folder }: Proxy): Promise<void> {
  const times = () => logOf(folder).split(DONE).length;
  const before = times();
  appendFileSync(join(folder, OWN.sysconfdir, 'remap.config'), '# again\n');
  await run('traffic_ctl', ['config', 'reload'], {
    env: { ...process.env, TS_RUNROOT: join(folder, 'proxy.conf') },
  });
  while (times() === before) await wait(20);
}

/** Traffic Server with the configuration of its page. */
export const trafficServer: Deployed = {
  name: 'Traffic Server',
  program,
  page: 'traffic-server.md',
  make: {
    command: 'traffic_manager',
    args: () => ['--nosyslog'],
    env: (folder) => ({ TS_RUNROOT: join(folder, 'proxy.conf') }),
    // Before that it caches nothing.
    isReady: (folder) =>
      /cache enabled[^]*fully initialized|fully initialized[^]*cache enabled/.test(logOf(folder)),
  },
  can: {
    copies: 2,
    ages: true,
    revalidates: true,
    standsIn: true,
    purges: false,
    reloads: true,
    reloadsSockets: true,
    reloadsGapless: true,
    http2: false,
    spreads: false,
  },
  configure,
  reload,
};
