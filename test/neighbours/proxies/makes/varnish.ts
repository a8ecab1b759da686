import { execFile } from 'node:child_process';

import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { configsOf, moved } from '#test/support/neighbours/deploy-page';
import { serverCommand, varnish as program } from '#test/support/neighbours/programs';
import type { Proxy } from '#test/support/neighbours/proxy';
import { type Deployed, IDLE_SECONDS, type Place } from '#test/neighbours/proxies/deployed';

const run = promisify(execFile);

/** A backend of the page, at another address. */
const backend = (config: string, address: string): [string, string][] => {
  const [host, port] = address.split(':');
  return [[`.host = "${config}";\n  .port = "3000";`, `.host = "${host}";\n  .port = "${port}";`]];
};

function configure({ gateways: [first, second], idleSeconds }: Place): string {
  const config = configsOf('varnish.md').get('default.vcl')!;
  const vcl = second
    ? moved(config, backend('10.0.0.12', second))
    : moved(config, [
        [/^backend two \{[^}]*\}\n/, ''],
        ['  atrium.add_backend(two);\n', ''],
      ]);
  const here = moved(vcl, [
    ...backend('10.0.0.11', first!),
    ['.between_bytes_timeout = 60s', `.between_bytes_timeout = ${idleSeconds}s`],
  ]);
  return here;
}

let reloads = 0;

/** Loads the file under a new name and uses it; what is under way goes on with the old one. */
async function reload({ folder, configFile }: Proxy): Promise<void> {
  const name = `again${(reloads += 1)}`;
  await run('varnishadm', ['-n', join(folder, 'work'), 'vcl.load', name, configFile]);
  await run('varnishadm', ['-n', join(folder, 'work'), 'vcl.use', name]);
}

/** Varnish with the configuration of its page. */
export const varnish: Deployed = {
  name: 'Varnish',
  program,
  page: 'varnish.md',
  make: {
    command: serverCommand('varnishd'),
    args: (file, port) => [
      '-F',
      '-j',
      'none',
      '-a',
      `127.0.0.1:${port}`,
      '-f',
      file,
      '-n',
      join(dirname(file), 'work'),
      '-s',
      'malloc,64m',
      '-p',
      `pipe_timeout=${IDLE_SECONDS}`,
    ],
  },
  can: {
    copies: 1,
    ages: true,
    revalidates: true,
    standsIn: true,
    purges: true,
    reloads: true,
    reloadsSockets: true,
    reloadsGapless: true,
    http2: false,
    spreads: true,
  },
  etag: 'weak',
  configure,
  reload,
};
