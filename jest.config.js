import { availableParallelism } from 'node:os';

/** jest over the TypeScript sources as ES modules, compiled by SWC; see docs/decisions. */
export default {
  // Suites share modules: see docs/decisions/0103.
  runtime: './test/support/jest/runtime.ts',
  testEnvironment: './test/support/jest/environment.ts',
  testEnvironmentOptions: { customExportConditions: ['atrium', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', { module: { type: 'es6' }, jsc: { rewriteRelativeImportExtensions: false } }],
  },
  globalSetup: './libs/testing/src/global-setup.ts',
  globalTeardown: './libs/testing/src/global-teardown.ts',
  setupFiles: ['./test/support/jest-setup.ts'],
  setupFilesAfterEnv: ['./test/support/no-secrets.ts'],
  testMatch: ['**/*.spec.{ts,tsx}'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/test/faults/', '/test/neighbours/'],
  modulePathIgnorePatterns: ['/dist/'],
  // What a busy machine needs to start processes; no test waits so long on purpose.
  testTimeout: 60_000,
  // Suites wait for processes, sockets and timers for a third of their time. Of '150%' jest would make 150 workers.
  maxWorkers: availableParallelism() + 1,
  workerIdleMemoryLimit: '1GB',
};
