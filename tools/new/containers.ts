import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The service of the shop whose lines become those of the example: both speak REST on the same port. */
const MODEL = 'users';
const EXAMPLE = 'books';

/** A line of a setting, commented out or not, with the comment above it. */
const SETTING = /(?:^# (?![A-Z][A-Z_]*=).*\n)*^(?:# )?([A-Z][A-Z_]*)=.*\n/gm;

/**
 * The container files and the list of settings of a new gateway, by path: Atrium's own without the services and the
 * settings of the shop, so that they cannot differ from those of the release.
 * @param root of Atrium
 * @param name of the package
 * @throws {Error} if a file of Atrium no longer has a part that must be removed or renamed
 */
export function containerFiles(root: string, name: string, title: string): Map<string, string> {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  // Docker allows fewer names than npm does.
  const image = name.replace(/[._-]+/g, '-').replace(/-$/, '');
  const shop = shopOf(root);
  return new Map([
    ['.dockerignore', read('.dockerignore')],
    ['Dockerfile', dockerfile(read('Dockerfile'), image, title, shop)],
    ['docker-compose.yml', compose(read('docker-compose.yml'), image, title, shop)],
    ['.env.example', envExample(read('.env.example'), title, shop)],
  ]);
}

interface Shop {
  /** The names of its services, without the model. */
  services: string[];
  /** The names of the settings that only its features, adapters and services have. */
  settings: Set<string>;
}

function shopOf(root: string): Shop {
  const services = globSync('apps/*/main.ts', { cwd: root }).map((file) => file.split(/[\\/]/)[1]!);
  const others = services.filter((service) => service !== MODEL);
  const files = ['features/settings/features', 'upstreams/settings/upstreams'];
  const own = files.flatMap((file) =>
    [...readFileSync(join(root, `src/${file}.settings.ts`), 'utf8').matchAll(/^ {2}([A-Z][A-Z_]*): /gm)].map(
      ([, setting]) => setting!,
    ),
  );
  const addresses = others.flatMap((service) =>
    ['_URL', '_PORT', ''].map((ending) => service.toUpperCase() + ending),
  );
  return { services: others, settings: new Set([...own, ...addresses]) };
}

function dockerfile(text: string, image: string, title: string, { services }: Shop): string {
  const gone = new Set([...services, 'service']);
  const stages = text.split(/\n(?=(?:# .*\n)?FROM )/);
  const kept = stages.filter((stage) => !gone.has(/^FROM \S+ AS ([\w-]+)$/m.exec(stage)?.[1] ?? ''));
  return replaced('Dockerfile', kept.join('\n'), [
    [/--target gateway\S*/, `--target gateway|${EXAMPLE}`],
    [`FROM service AS ${MODEL}\n`, `FROM process AS ${EXAMPLE}\nUSER node\n`],
    [`dist/bundles/${MODEL}.js`, `dist/bundles/${EXAMPLE}.js`],
    [/(image\.title=)".*"/g, `$1"${title}"`],
    [/(image\.description=)".*"/, '$1"A backend-for-frontend gateway"'],
    [/^.*image\.licenses=.*\n/gm, ''],
    [/\/atrium\b/g, `/${image}`],
  ]);
}

function compose(text: string, image: string, title: string, { services, settings }: Shop): string {
  const others = services.join('|');
  return replaced('docker-compose.yml', text, [
    [/^# Atrium with PostgreSQL and /, `# ${title} with `],
    [/^# Set three /m, '# Set two '],
    [/^# +POSTGRES_PASSWORD=.*\n/m, ''],
    [/^# It starts without data\..*\n/m, ''],
    [/^name: .*$/m, `name: ${image}`],
    [/^( +image: )atrium\//gm, `$1${image}/`],
    // Services without data need no database.
    [/^ {4}depends_on:\n {6}postgres: .*\n|^ {2}depends_on:\n {4}postgres: .*\n/m, ''],
    [/^ {2}DATABASE_\w+: .*\n/gm, ''],
    [/^(?: {2}# .*\n)*^ {2}SEED: .*\n/m, ''],
    [/^ {2}postgres:\n(?: {4}.*\n)+\n/m, ''],
    [/^volumes:\n(?: {2}.*\n)+\n/m, ''],
    // The services and settings of the shop.
    [new RegExp(`^ {2}(?:${others}):\\n(?: {4}.*\\n)+\\n`, 'gm'), ''],
    [new RegExp(`^ {6}(?:${others}): \\{ condition: .*\\n`, 'gm'), ''],
    [new RegExp(`^ +(?:${[...settings].join('|')}): .*\\n`, 'gm'), ''],
    [`${MODEL.toUpperCase()}_URL: http://${MODEL}:3001`, addressOfExample],
    [new RegExp(`\\b${MODEL}\\b`, 'g'), EXAMPLE],
  ]);
}

/** The address can be replaced by the environment, so that the gateway can call a service that runs elsewhere. */
const addressOfExample = `${EXAMPLE.toUpperCase()}_URL: $\{${EXAMPLE.toUpperCase()}_URL:-http://${EXAMPLE}:3001}`;

function envExample(text: string, title: string, { services, settings }: Shop): string {
  const gone = new Set([...services, 'every service with data']);
  const sections = text
    .split(/\n\n\n(?=## )/)
    .filter((section) => !gone.has(/^## (.*)$/m.exec(section)?.[1] ?? ''));
  const kept = sections
    .join('\n\n\n')
    .replace(SETTING, (entry, name: string) => (settings.has(name) ? '' : entry));
  return replaced('.env.example', kept, [
    [/ of Atrium with its default\./, ` of ${title} with its default.`],
    [/\bdocs\/[\w-]+\.md/g, '$& of Atrium'],
    [new RegExp(`\\b${MODEL}\\b`, 'g'), EXAMPLE],
    [new RegExp(`\\b${MODEL.toUpperCase()}_`, 'g'), `${EXAMPLE.toUpperCase()}_`],
  ]);
}

/** Applies replacements, each of which must find its place. */
function replaced(file: string, text: string, pairs: [place: RegExp | string, by: string][]): string {
  return pairs.reduce((before, [place, by]) => {
    if (before.search(place instanceof RegExp ? place : escaped(place)) < 0)
      throw new Error(`${file} of Atrium has no ${String(place)}`);
    return typeof place === 'string' ? before.replaceAll(place, () => by) : before.replace(place, by);
  }, text);
}

const escaped = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
