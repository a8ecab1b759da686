import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { Server } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  acceptWaiting,
  answerQueries,
  isWorker,
  queryWorker,
  type Running,
  runProcess,
  startWorkers,
  WorkerLoads,
} from '#libs/process';

/** The memory above which a worker is replaced. */
const LIMIT_BYTES = 400_000_000;
/** What a worker takes and keeps where `/leak` is requested. */
const LEAK_BYTES = 500_000_000;

// Two workers for the specs. They behave as the parent requests, later ones by message: `hang` never becomes ready, `crash` ends,
// `drain` answers the connections that wait when it is stopped, and of `slow,hang` the first is ready and takes longer to stop than a
// stop waits for a start. They listen on `PORT`, or on any.
let others = process.env['WORKERS_ARE'] ?? 'healthy';
/** How long a stop waits for a start, in milliseconds, and how long a slow worker takes. */
const [START_STOP_MS, SLOW_MS] = [300, 900];
const PORT = Number(process.env['PORT'] ?? 0);

const report = (line: object, message: string) => process.send!({ ...line, message });
const log = { info: report, warn: report, fatal: report };

const start = async (stopping: AbortSignal): Promise<Running> => {
  if (!isWorker) {
    process.on('message', (message: string) => (others = message));
    const { default: cluster } = await import('node:cluster');
    cluster.on('fork', (worker) => {
      const its = others.split(',')[worker.id - 1] ?? others;
      worker.once('online', () => worker.send(its));
      worker.on('message', (message) => message === 'hangs' && report({ pid: worker.process.pid }, 'hangs'));
      report({ pid: worker.process.pid }, 'forked');
    });
    cluster.on('listening', (_, { port }) => report({ port }, 'listening'));
    return startWorkers(2, log, { memoryBytes: LIMIT_BYTES, stopping, addresses: [['127.0.0.1', PORT, 'PORT']] });
  }
  const [mine] = await new Promise<string[]>((resolve) =>
    process.once('message', (...text: string[]) => resolve(text)),
  );
  if (mine === 'hang') {
    process.send!('hangs');
    await new Promise(() => setInterval(() => {}, 1_000));
  }
  if (mine === 'crash') process.exit(1);
  const leaked: Buffer[] = [];
  const loads = new WorkerLoads(() => ({ requestsInFlight: leaked.length, openStreams: 0 }));
  const stopAnswering = answerQueries(async (query) =>
    query === 'refuse' ? { refused: { pid: process.pid } } : { stream: Readable.from(parts(query)) },
  );
  const server = createServer(({ url }, response) => {
    if (url!.startsWith('/query/')) return void passOn(url!, response);
    if (url === '/block') return void response.write('blocked', blockEventLoop);
    if (url === '/leak') leaked.push(Buffer.alloc(LEAK_BYTES, 1));
    response.end(url === '/loads' ? JSON.stringify(loads.all) : String(process.pid));
  });
  await new Promise<void>((resolve) => server.listen(PORT, '127.0.0.1', resolve));
  const stop = async () => {
    if (mine === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    loads.stop();
    stopAnswering();
    if (mine !== 'drain') return void server.close();
    await acceptWaiting(server);
    // Unlike that of an HTTP server, it leaves connections open whose request has not been read.
    Server.prototype.close.call(server);
    await once(server, 'close');
  };
  return { stop, fatal: () => {} };
};

await runProcess('fixture', start, START_STOP_MS);

function blockEventLoop(): never {
  for (;;);
}

/** A megabyte in parts that name this process; `break` kills it before the end. */
async function* parts(query: unknown): AsyncGenerator<string> {
  for (let part = 0; part < 1_000; part += 1) yield `${process.pid} `.padEnd(1_000, '.');
  if (query === 'break') process.kill(process.pid, 'SIGKILL');
}

/** Queries the worker that `/query/<pid>/<query>` names, and passes its answer on. */
async function passOn(url: string, response: ServerResponse): Promise<void> {
  const [, , pid, query] = url.split('/');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const answer = await queryWorker(Number(pid), query, gone.signal);
    if ('refused' in answer) response.writeHead(409).end(JSON.stringify(answer.refused));
    else await pipeline(answer.stream, response);
  } catch {
    if (response.headersSent) response.destroy();
    else response.writeHead(503).end();
  }
}
