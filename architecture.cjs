/** The import ladder of docs/architecture.md as rules of dependency-cruiser: a folder imports from the folders below it only. */
const SPEC = '\\.(spec|fixture)\\.tsx?$';
const ADAPTER = '\\.(rest|grpc)\\.ts$';
/** Entry points of processes and of threads, which nothing imports. */
const PROGRAM =
  '^(src/main|apps/[^/]+/main|libs/service/src/health-check|tools/[^/]+|bench/[^/]+|bench/contenders/[^/]+|study/[^/]+|(src|libs)/.+\\.worker)\\.ts$';
/** The settings that upstreams and features declare. */
const SETTINGS = '^src/(upstreams|features)/settings/[^/]+\\.settings\\.ts$';
const DOOR = '^src/features/.*\\.((controller|resolver|gateway)\\.ts|page\\.tsx)$';
/** Markup that several pages share. */
const PART = '\\.part\\.tsx$';

/** Libs by floor: a lib imports from lower floors only. `test/house/layout.spec.ts` checks that every lib is on one. */
const FLOORS = [
  [
    'client-address',
    'confinement',
    'contracts',
    'demo-data',
    'endpoints',
    'entity-tags',
    'html',
    'metrics',
    'negotiation',
    'observe',
    'passwords',
    'sheets',
    'tabular',
  ],
  ['errors', 'grpc', 'process', 'redis', 'storage'],
  ['events', 'internal-token', 'jobs', 'object-storage', 'rows', 'scan', 'view', 'workers'],
  ['images', 'service', 'upstream'],
  ['cache', 'gather', 'testing'],
  ['rehearsal'],
];

const lib = (...names) => `^libs/(${names.join('|')})/`;
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Lets a folder of `src` import from itself and the folders below it only. */
const floor = (name, comment, below) =>
  rule(
    `${name}-knows-what-is-below`,
    comment,
    { path: `^src/${name}/`, pathNot: SPEC },
    { path: '^src/', pathNot: `^src/(${[name, ...below].join('|')})/` },
  );

const UNDER_EDGE = ['config', 'declare', 'identity'];
const UNDER_TRANSPORTS = [...UNDER_EDGE, 'edge', 'files'];
const UNDER_OPERATIONS = [...UNDER_TRANSPORTS, 'transports', 'jobs'];

module.exports = {
  forbidden: [
    rule(
      'no-cycles',
      'Files import each other in one direction only; types may point both ways.',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    rule(
      'no-dead-files',
      'A file that no program reaches, or that only specs import, is dead. The compiler imports the JSX runtime.',
      { path: PROGRAM },
      {
        path: '^(src|apps|libs)/',
        pathNot: [PROGRAM, SPEC, '\\.(fake|d)\\.ts$', '/jsx-runtime\\.ts$', '^libs/testing/', '/generated/'],
        reachable: false,
      },
    ),
    rule('no-unknown', 'Every import must resolve.', {}, { couldNotResolve: true }),
    rule(
      'no-dev-dependencies',
      'Packages used in production are in "dependencies".',
      {
        path: '^(src|apps|libs)/',
        pathNot: [SPEC, '^libs/testing/'],
      },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'loaded-on-demand',
      'A gateway without Redis, a provider or a collector does not load their clients, and none parses a .proto file at start.',
      { path: '^(src|libs)/', pathNot: [SPEC, lib('testing', 'service'), '\\.worker\\.ts$', '/s3-storage\\.ts$'] },
      {
        path: 'node_modules/(ioredis|bullmq|@aws-sdk/[^/]+|@socket.io/redis-streams-adapter|oauth4webapi|grpc-health-check|piscina|sharp|hucre)/|/(sdk-trace-exporter|s3-storage)\\.ts$',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    ),

    rule(
      'libs-know-libs-only',
      'A lib imports neither the gateway nor a service.',
      { path: '^libs/' },
      { path: '^(src|apps|test|tools|bench|study)/' },
    ),
    rule(
      'libs-by-name',
      'A lib is imported by its name, never by a path of its files.',
      {
        path: '^(src|apps|libs|test|tools|bench|study)/',
        pathNot: lib('[^/]+'),
      },
      { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    ),
    rule(
      'libs-by-name-among-libs',
      'A lib imports another by its name.',
      { path: '^libs/([^/]+)/' },
      {
        path: '^libs/[^/]+/src/',
        pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'],
      },
    ),
    ...FLOORS.map((libs, floor) =>
      rule(
        `libs-of-floor-${floor}-know-lower-ones`,
        'A lib imports no lib of its own floor or of a higher one.',
        { path: lib(...libs), pathNot: SPEC },
        { path: '^libs/', pathNot: ['^libs/$1/', ...(floor ? [lib(...FLOORS.slice(0, floor).flat())] : [])] },
      ),
    ),
    rule(
      'testing-is-for-specs',
      'Only specs import libs/testing.',
      {
        path: '^(src|apps|libs)/',
        pathNot: [SPEC, '^libs/testing/'],
      },
      { path: lib('testing') },
    ),

    rule(
      'apps-know-libs-only',
      'A service imports nothing of the gateway.',
      { path: '^apps/' },
      { path: '^(src|test|tools|bench|study)/' },
    ),
    rule(
      'apps-are-strangers',
      'A service imports no other service.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule(
      'src-knows-no-app',
      'The gateway imports no service.',
      { path: '^src/', pathNot: SPEC },
      { path: '^(apps|test|tools|bench|study)/' },
    ),
    rule(
      'src-knows-no-storage',
      'The gateway has no database.',
      { path: '^src/' },
      { path: lib('storage', 'service', 'demo-data') },
    ),

    // The ladder: a folder imports from those below it.
    rule(
      'config-knows-what-is-below',
      'Settings are read before anything else; upstreams and features declare theirs.',
      { path: ['^src/config/', SETTINGS], pathNot: SPEC },
      { path: '^src/', pathNot: ['^src/config/', SETTINGS] },
    ),
    floor('declare', 'Declarations have no behaviour.', ['config']),
    floor('upstreams', 'An upstream imports no door, no feature and no stage of a request.', [
      'config',
      'declare',
    ]),
    floor('identity', 'Identity imports no stage of a request.', ['config', 'declare']),
    floor('edge', 'A stage of every request imports no transport, upstream or feature.', UNDER_EDGE),
    floor('files', 'Files import no stage of a request.', UNDER_EDGE),
    floor('transports', 'A transport imports no upstream and no feature.', UNDER_TRANSPORTS),
    floor('jobs', 'Jobs import no upstream and no feature; features declare their kinds.', [
      ...UNDER_TRANSPORTS,
      'transports',
    ]),
    floor('operations', 'Operations import no upstream and no feature.', UNDER_OPERATIONS),
    floor('features', 'A feature imports neither the gateway module nor operations.', [
      ...UNDER_OPERATIONS,
      'upstreams',
    ]),

    rule(
      'features-are-strangers',
      'A feature imports of another feature only its views, the joins that complete them, and their markup. The storefront lists all pages.',
      { path: '^src/features/([^/]+)/', pathNot: [SPEC, '^src/features/storefront/'] },
      {
        path: '^src/features/',
        pathNot: ['^src/features/$1/', '\\.(view|join)\\.ts$', PART, '^src/features/messages/'],
      },
    ),
    rule(
      'upstreams-are-strangers',
      'An upstream imports no other.',
      { path: '^src/upstreams/([^/]+)/' },
      {
        path: '^src/upstreams/[^/]+/',
        pathNot: '^src/upstreams/$1/',
      },
    ),
    rule(
      'adapters-stay-behind',
      'Only upstreams.module.ts imports adapters.',
      {
        pathNot: ['^src/upstreams/upstreams\\.module\\.ts$', SPEC],
      },
      { path: `^src/upstreams/.+${ADAPTER}` },
    ),
    rule(
      'fakes-are-for-specs',
      'Only specs import fakes.',
      { pathNot: [SPEC, '\\.fake\\.ts$', '^(test|study)/'] },
      { path: '\\.fake\\.ts$' },
    ),
    rule(
      'doors-ask-use-cases',
      'A door calls a use case, never an upstream.',
      { path: DOOR },
      { path: '^src/upstreams/' },
    ),
    rule(
      'features-see-ports-only',
      'A feature sees the ports of the upstreams and nothing behind them.',
      {
        path: '^src/features/',
        pathNot: [SPEC, '\\.module\\.ts$'],
      },
      { path: '^src/upstreams/', pathNot: '\\.port\\.ts$' },
    ),
    rule(
      'use-cases-know-no-transport',
      'A use case yields domain events; its controller or resolver frames them, and markup is made of views. Rooms are those of Socket.IO.',
      {
        path: '^src/features/',
        pathNot: [
          SPEC,
          DOOR,
          '\\.tsx$',
          '\\.module\\.ts$',
          '-frames?\\.ts$',
          '/rooms\\.ts$',
          '^src/features/(messages|storefront)/',
        ],
      },
      { path: '^src/transports/' },
    ),
    rule(
      'views-are-answers',
      'A view imports other views, and no use case, door or upstream client.',
      { path: '\\.view\\.ts$' },
      { path: [DOOR, ADAPTER, '^src/(identity|edge|transports|operations)/'] },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/generated/'] },
    exclude: {
      path: [
        '^dist/',
        '^coverage/',
        '^bench/peers/',
        '^test/neighbours/graphql/front-end/',
        '^test/neighbours/generators/front-end/',
        '^test/neighbours/frameworks/front-ends/',
        '^test/neighbours/clients/front-ends/',
        '^test/neighbours/realtime/front-ends/',
      ],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['atrium', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
