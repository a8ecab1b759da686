import { runService } from '#libs/process';

// A service for the specs: it ends as soon as it runs.
await runService('books', async () => {
  console.log('started');
  setImmediate(() => process.kill(process.pid, 'SIGTERM'));
  return { stop: async () => {}, fatal: () => {} };
});
