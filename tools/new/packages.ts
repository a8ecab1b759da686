/** The relevant part of `package.json`. */
export interface Package {
  name: string;
  version: string;
  description: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  [other: string]: unknown;
}

type Locked = Partial<
  Record<'dependencies' | 'optionalDependencies' | 'peerDependencies', Record<string, string>>
>;

/** The relevant part of `package-lock.json`. */
export interface Lock {
  name: string;
  version: string;
  packages: Record<string, Locked & { devDependencies?: Record<string, string> }>;
}

/** Dependencies only of the shop's services, the benchmarks and the tests against third-party programs. */
const NOT_NEEDED = [
  '@apollo/client',
  '@as-integrations/fastify',
  '@fastify/under-pressure',
  '@nestjs/apollo',
  '@redocly/openapi-core',
  '@stoplight/spectral-core',
  '@stoplight/spectral-owasp-ruleset',
  '@stoplight/spectral-rulesets',
  '@types/oidc-provider',
  '@types/supertest',
  '@urql/core',
  'dpop',
  'eventsource',
  'graphql-http',
  'graphql-request',
  'graphql-sse',
  'mercurius',
  'oidc-provider',
  'playwright-core',
  'puppeteer-core',
  'socket.io-client',
  'supertest',
  'yaml',
];

/** The scripts that a gateway takes from Atrium; all others concern the shop or Atrium itself. */
const SCRIPTS = [
  'start',
  'dev',
  'test',
  'build',
  'start:gateway',
  'format',
  'format:check',
  'lint',
  'types',
  'keys:new',
  'keys:rotate',
  'doctor',
  'rehearse',
  'release:operations',
  'contracts',
];

const RUN = 'sh tools/with-node.sh';

/** The package of a new gateway: its own name, and the dependencies and scripts that it needs. */
export function packageOf(atrium: Package, name: string): Package {
  const own = structuredClone(atrium);
  const scripts = Object.fromEntries(SCRIPTS.map((script) => [script, atrium.scripts[script]!]));
  for (const kind of ['dependencies', 'devDependencies'] as const)
    for (const dependency of NOT_NEEDED) delete own[kind][dependency];
  return {
    ...own,
    name,
    version: '0.1.0',
    description: 'A backend-for-frontend gateway',
    scripts: {
      ...scripts,
      'start:books': `exec ${RUN} node dist/bundles/books.js`,
      rules: `exec ${RUN} depcruise --config rules.cjs src apps libs test tools`,
      check: 'npm run format:check && npm run lint && npm run types && npm run rules',
      'schema:write': `exec ${RUN} node -C atrium --import ./tools/swc-register.mjs tools/write-schema.ts`,
    },
  };
}

/** The lock file of a new gateway: Atrium's, reduced to the packages that its dependencies lead to. */
export function lockOf(lock: Lock, own: Package): Lock {
  const { name: ownName, version, dependencies, devDependencies, optionalDependencies } = own;
  const root = {
    ...lock.packages['']!,
    name: ownName,
    version,
    dependencies,
    devDependencies,
    optionalDependencies,
  };
  const kept = new Set(['']);
  const follow = (path: string, { dependencies, optionalDependencies, peerDependencies }: Locked): void => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = placeOf(name, path, lock);
      if (found === undefined || kept.has(found)) continue;
      kept.add(found);
      follow(found, lock.packages[found]!);
    }
  };
  follow('', { dependencies: { ...dependencies, ...devDependencies }, optionalDependencies });
  const packages = Object.entries(lock.packages).filter(([path]) => kept.has(path));
  return { ...lock, name: ownName, version, packages: { ...Object.fromEntries(packages), '': root } };
}

/** The path of a package from another one, by Node's resolution: in its own folder, then in the parents. */
function placeOf(name: string, from: string, { packages }: Lock): string | undefined {
  for (let folder = from; ;) {
    const path = `${folder ? `${folder}/` : ''}node_modules/${name}`;
    if (packages[path]) return path;
    if (!folder) return undefined;
    folder = folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '');
  }
}
