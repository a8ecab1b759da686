import base from './jest.config.js';

/** The fault tests: real processes, load and timings, so one at a time and apart from the rest. npm run test:faults */
export default {
  ...base,
  testMatch: ['**/test/faults/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  maxWorkers: 1,
};
