import config from './jest.config.js';

/** What `npm run test:neighbours` runs; `tools/neighbours` says how many specs run at once, and which run alone. */
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
