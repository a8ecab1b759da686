import { createServer } from 'node:http';
import { isWorker, runProcess, startWorkers } from '#libs/process';

// Two workers for the specs. Later ones behave as the parent requests: `hang` never becomes ready, `crash` ends.
let others = 'healthy';

const report = (line: object, message: string) => process.send!({ ...line, message });
const log = { info: report, warn: report, fatal: report };

await runProcess('fixture', async () => {
  if (!isWorker) {
    process.on('message', (message: string) => (others = message));
    const { default: cluster } = await import('node:cluster');
    cluster.on('fork', (worker) => {
      const its = others;
      worker.once('online', () => worker.send(its));
      report({ pid: worker.process.pid }, 'forked');
    });
    cluster.on('listening', (_, { port }) => report({ port }, 'listening'));
    return startWorkers(2, log);
  }
  const [mine] = await new Promise<string[]>((resolve) =>
    process.once('message', (...text: string[]) => resolve(text)),
  );
  if (mine === 'hang') await new Promise(() => setInterval(() => {}, 1_000));
  if (mine === 'crash') process.exit(1);
  const server = createServer((_, response) => response.end(String(process.pid)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { stop: async () => void server.close(), fatal: () => {} };
});
