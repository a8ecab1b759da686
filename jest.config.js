/** jest over the TypeScript sources as ES modules, compiled by SWC; see docs/decisions. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  // Their condition `source` is not ours: it names files that nobody compiles.
  moduleNameMapper: {
    '^(eventsource(-parser)?)$': '<rootDir>/node_modules/$1/dist/index.js',
    '^eventsource-parser/stream$': '<rootDir>/node_modules/eventsource-parser/dist/stream.js',
  },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { module: { type: 'es6' }, jsc: { rewriteRelativeImportExtensions: false } }],
  },
  globalSetup: './libs/testing/src/global-setup.ts',
  globalTeardown: './libs/testing/src/global-teardown.ts',
  setupFiles: ['./test/support/jest-setup.ts'],
  setupFilesAfterEnv: ['./test/support/no-secrets.ts'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/test/faults/'],
  modulePathIgnorePatterns: ['/dist/'],
  workerIdleMemoryLimit: '1GB',
};
