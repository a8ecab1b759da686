import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readSettings, secretsIn } from '#libs/process';
import { processes, settingsOf } from '#test/support/processes';
import { launcherSettings } from '#tools/launcher/plan';
import type { ZodType } from 'zod';

/** A variable as `.env.example` lists it. */
interface Listed {
  section: string;
  name: string;
  value: string;
  isCommentedOut: boolean;
  /** What stands above it. */
  explanation: string;
}

const LAUNCHER: string = 'npm start and npm run dev';
const listed = parse(readFileSync('.env.example', 'utf8'));
const namesIn = (...sections: string[]) =>
  listed.filter(({ section }) => sections.includes(section)).map(({ name }) => name);

/** Every process: the sections it is in, and its schema. */
const PROCESSES = processes.map((process) => {
  const ofAll = ['DATA_DIR' in process.schema.shape ? 'every service with data' : '', 'every process'];
  return [process.name, [process.name, ...ofAll], process] as const;
});
const LAUNCHED = ['the launcher', [LAUNCHER], { name: 'launcher', schema: launcherSettings }] as const;

/** What the docs set for other programs, and an example of a name. */
const OF_OTHERS = ['MALLOC_ARENA_MAX', 'ADDRESS_HEADER', 'WRITE_EXAMPLES', 'NAME'];

describe('.env.example', () => {
  it.each(PROCESSES)('lists exactly what %s reads', (_, sections, process) => {
    expect(namesIn(...sections).sort()).toEqual(settingsOf(process).sort());
  });

  it('has no section of a process that does not exist', () => {
    const known = [LAUNCHER, ...PROCESSES.flatMap(([, sections]) => sections)];
    expect(listed.filter(({ section }) => !known.includes(section))).toEqual([]);
  });

  it('lists what the launcher reads', () => {
    const others = PROCESSES.flatMap(([, sections]) => namesIn(...sections));
    const its = Object.keys(launcherSettings.shape);
    expect(namesIn(LAUNCHER).sort()).toEqual(its.filter((name) => !others.includes(name)).sort());
  });

  it.each([...PROCESSES, LAUNCHED])('shows the defaults of %s', (_, sections, { schema }) => {
    const read = (environment: NodeJS.ProcessEnv): Record<string, unknown> => readSettings(schema, environment);
    const byDefault = read({});
    for (const { name, value, isCommentedOut } of listed.filter(({ section }) => sections.includes(section))) {
      const isUnset = isEmpty(byDefault[name]);
      if (isUnset) expect([name, isCommentedOut]).toEqual([name, true]);
      else expect([name, read({ [name]: value })[name]]).toEqual([name, byDefault[name]]);
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

  it('has every setting that the docs give a value, and accepts that value', () => {
    const fields = new Map(
      [...processes, LAUNCHED[2]].flatMap(({ schema }) => Object.entries<ZodType>(schema.shape)),
    );
    const given = globSync(['*.md', 'docs/**/*.md']).flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/`([A-Z][A-Z_]+_[A-Z_]+|[A-Z]{4,})=([\w.,:-]+)`/g)].map(
        ([, name, value]) => [page, name!, value!] as const,
      ),
    );
    const ours = given.filter(([, name]) => !OF_OTHERS.includes(name));
    const wrong = ours.filter(([, name, value]) => !fields.get(name)?.safeParse(value).success);
    expect(ours.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('can be read by a shell, as it says', () => {
    const script = 'set -ea; . ./.env.example; env';
    const lines = execFileSync('sh', ['-c', script], { env: { PATH: process.env.PATH }, encoding: 'utf8' }).split(
      '\n',
    );
    for (const { name, value } of listed.filter(({ isCommentedOut }) => !isCommentedOut))
      expect(lines).toContain(`${name}=${value}`);
  });

  it('can be used as it is: nothing is set twice', () => {
    const set = listed.filter(({ isCommentedOut }) => !isCommentedOut).map(({ name }) => name);
    expect(set).toEqual([...new Set(set)]);
  });
});

/** What the gateway's image decides, and paths of files, which a container would have to be given with their volumes. */
const NOT_FROM_COMPOSE =
  /^(NODE_ENV|HOST|PORT|ADMIN_PORT|CLIENTS_DIR|RELEASED_DIR|PORTAL_DIR|STOREFRONT_DIR|\w+_FILE)$/;

/** Names of secrets, and of addresses with a password in them. An access key's id is none. */
const SECRET =
  /(^|_)(KEYS?|SECRETS?|TOKEN|PASSWORDS?|PASSPHRASES?|CREDENTIALS?|AUTHORIZATION|HEADERS|COOKIES?|DSN|REDIS_URL|DATABASE(_REPLICA)?_URLS?)$/;

describe('secrets', () => {
  it.each(processes)('of $name can all be given as files', (process) => {
    const names = settingsOf(process).filter((name) => SECRET.test(name));
    expect(secretsIn(process.schema).sort()).toEqual(names.sort());
  });
});

describe('docker-compose.yml', () => {
  const compose = readFileSync('docker-compose.yml', 'utf8');
  const [settings = ''] = /^x-gateway-settings:.*?^$/ms.exec(compose) ?? [];
  const [gateway = ''] = /^ {2}gateway:.*?^ {2}\w+:$/ms.exec(compose) ?? [];
  const passedOn = [...`${settings}${gateway}`.matchAll(/^ +([A-Z][A-Z_]+): /gm)].map(([, name]) => name);

  it('gives the gateway every setting that is not a matter of its image', () => {
    const expected = settingsOf(processes[0]!).filter((name) => !NOT_FROM_COMPOSE.test(name));
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
