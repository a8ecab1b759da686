import config from './jest.config.js';

/** What `npm run test:neighbours` runs: one spec after the other, since each puts load on programs of other makes. */
export default {
  ...config,
  roots: ['<rootDir>/test/neighbours'],
  testPathIgnorePatterns: [],
  globalSetup: undefined,
  globalTeardown: undefined,
  maxWorkers: 1,
  // What a suite that failed to open has left open would keep the run from ending.
  forceExit: true,
};
