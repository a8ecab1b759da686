import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readAssistantSettings, settingNames as assistantNames } from '#apps/assistant/settings';
import { readIdentitySettings, settingNames as identityNames } from '#apps/identity/settings';
import { readOrdersSettings, schema as ordersSchema, settingNames as ordersNames } from '#apps/orders/settings';
import { readProductsSettings, settingNames as productsNames } from '#apps/products/settings';
import { readReviewsSettings, settingNames as reviewsNames } from '#apps/reviews/settings';
import { settingNames as usersNames, usersSettings } from '#apps/users/settings';
import { loadConfig, schema as gatewaySchema, settingNames as gatewayNames } from '#gateway/config/config';
import { readSettings, secretsIn } from '#libs/process';
import { launcherSettings } from '#tools/launcher/plan';

/** A variable as `.env.example` lists it. */
interface Listed {
  section: string;
  name: string;
  value: string;
  isCommentedOut: boolean;
  /** What stands above it. */
  explanation: string;
}

type Read = (environment: NodeJS.ProcessEnv) => object;

const LAUNCHER = 'npm start and npm run dev';
const listed = parse(readFileSync('.env.example', 'utf8'));
const namesIn = (...sections: string[]) =>
  listed.filter(({ section }) => sections.includes(section)).map(({ name }) => name);

/** Every process: the sections it is in, the names it reads, and how. */
const PROCESSES: [name: string, sections: string[], names: string[], read: Read][] = [
  ['gateway', ['every process', 'gateway'], gatewayNames, loadConfig],
  ['users', ['every process', 'every service with data', 'users'], usersNames, usersSettings],
  ['orders', ['every process', 'every service with data', 'orders'], ordersNames, readOrdersSettings],
  ['products', ['every process', 'every service with data', 'products'], productsNames, readProductsSettings],
  ['reviews', ['every process', 'every service with data', 'reviews'], reviewsNames, readReviewsSettings],
  ['assistant', ['every process', 'assistant'], assistantNames, readAssistantSettings],
  ['identity', ['every process', 'identity'], identityNames, readIdentitySettings],
];

describe('.env.example', () => {
  it.each(PROCESSES)('lists exactly what %s reads', (_, sections, names) => {
    expect(namesIn(...sections).sort()).toEqual([...names].sort());
  });

  it('lists what the launcher reads', () => {
    const others = PROCESSES.flatMap(([, sections]) => namesIn(...sections));
    const its = Object.keys(launcherSettings.shape);
    expect(namesIn(LAUNCHER).sort()).toEqual(its.filter((name) => !others.includes(name)).sort());
  });

  it.each([
    ...PROCESSES,
    [
      'the launcher',
      [LAUNCHER],
      [],
      (environment: NodeJS.ProcessEnv) => readSettings(launcherSettings, environment),
    ],
  ] as typeof PROCESSES)('shows the defaults of %s', (_, sections, _names, read) => {
    const byDefault = read({}) as Record<string, unknown>;
    for (const { name, value, isCommentedOut } of listed.filter(({ section }) => sections.includes(section))) {
      const isUnset = isEmpty(byDefault[name]);
      if (isUnset) expect([name, isCommentedOut]).toEqual([name, true]);
      else expect([name, (read({ [name]: value }) as typeof byDefault)[name]]).toEqual([name, byDefault[name]]);
    }
  });

  it('explains every variable and tells its unit', () => {
    for (const { name, explanation } of listed) {
      const [, what = '', unit = ''] = /^(.*)\((.+)\)$/.exec(explanation) ?? [];
      expect([name, what.length > 20, unit.length > 0]).toEqual([name, true, true]);
      if (name.endsWith('_MS')) expect([name, unit]).toEqual([name, 'milliseconds']);
      if (name.endsWith('_BYTES')) expect([name, unit]).toEqual([name, 'bytes']);
    }
  });

  it('can be used as it is: nothing is set twice', () => {
    const set = listed.filter(({ isCommentedOut }) => !isCommentedOut).map(({ name }) => name);
    expect(set).toEqual([...new Set(set)]);
  });
});

/** What the gateway's image decides, and paths of files, which a container would have to be given with their volumes. */
const NOT_FROM_COMPOSE =
  /^(NODE_ENV|HOST|PORT|ADMIN_PORT|CLIENTS_DIR|RELEASED_DIR|PORTAL_DIR|STOREFRONT_DIR|\w+_FILE)$/;

/** Names that say that the value is a secret, or an address with a password in it. */
const SECRET =
  /(_KEY|_KEYS|_SECRET|_TOKEN|_AUTHORIZATION|_HEADERS|_DSN|^REDIS_URL|^DATABASE_URL|^DATABASE_REPLICA_URLS)$/;

describe('secrets', () => {
  it('can all be given as files', () => {
    for (const schema of [gatewaySchema, ordersSchema]) {
      const names = Object.keys(schema.shape).filter((name) => SECRET.test(name));
      expect(secretsIn(schema).sort()).toEqual(names.sort());
    }
  });
});

describe('docker-compose.yml', () => {
  const compose = readFileSync('docker-compose.yml', 'utf8');
  const [settings = ''] = /^x-gateway-settings:.*?^$/ms.exec(compose) ?? [];
  const [gateway = ''] = /^ {2}gateway:.*?^ {2}\w+:$/ms.exec(compose) ?? [];
  const passedOn = [...`${settings}${gateway}`.matchAll(/^ +([A-Z][A-Z_]+): /gm)].map(([, name]) => name);

  it('gives the gateway every setting that is not a matter of its image', () => {
    const expected = gatewayNames.filter((name) => !NOT_FROM_COMPOSE.test(name));
    expect(expected.filter((name) => !passedOn.includes(name))).toEqual([]);
    expect(gateway).toContain('<<: *gateway-settings');
  });

  it('passes them on by their own names, with their defaults', () => {
    const lines = settings.split('\n').filter((line) => /^ +[A-Z]/.test(line));
    expect(lines.map((line) => /^ {2}([A-Z_]+): \$\{\1:-\}$/.test(line) || line)).toEqual(lines.map(() => true));
  });
});

function parse(text: string): Listed[] {
  const found: Listed[] = [];
  let section = '';
  let above: string[] = [];
  for (const line of text.split('\n')) {
    const [, comment, name, value] = /^(# )?([A-Z][A-Z_]*)=(.*)$/.exec(line) ?? [];
    if (name)
      found.push({ section, name, value: value!, isCommentedOut: !!comment, explanation: above.join(' ') });
    if (line.startsWith('## ')) section = line.slice(3);
    above = name || !line.startsWith('# ') ? [] : [...above, line.slice(2)];
  }
  return found;
}

/** Unset, or a list or record of nothing. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (typeof value === 'object' && Object.keys(value!).length === 0);
}
