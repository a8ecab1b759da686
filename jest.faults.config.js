import config from './jest.config.js';

/** What `npm run test:faults` runs: one fault after the other, since each measures. */
export default {
  ...config,
  roots: ['<rootDir>/test/faults'],
  testPathIgnorePatterns: [],
  globalSetup: undefined,
  globalTeardown: undefined,
  maxWorkers: 1,
};
