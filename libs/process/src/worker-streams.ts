import cluster from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** How long a worker may take to begin its answer, in milliseconds; then it hangs or has ended. */
const BEGIN_MS = 5_000;
const HOST = '127.0.0.1';
const REFUSED = 'application/problem+json';

/** What a worker answers: a stream of bytes, or a reason, as JSON, why there is none; null if it failed. */
export type WorkerAnswer = { stream: Readable } | { refused: unknown };

/** Answers a query of another worker. @param signal aborted when nobody reads the answer any more */
export type AnswerQuery = (query: unknown, signal: AbortSignal) => Promise<WorkerAnswer>;

/** A query, and where its answer is sent to. The token is for one answer. */
interface WorkerQuery {
  pid: number;
  port: number;
  token: string;
  query: unknown;
}

interface Message {
  workerQuery?: WorkerQuery;
}

/** The first process's side: passes queries on to the workers that they are for. */
export function relayQueries(): void {
  cluster.on('message', (_, message: Message | null) => {
    const query = message?.workerQuery;
    if (!query) return;
    const worker = Object.values(cluster.workers!).find((one) => one!.process.pid === query.pid);
    if (worker?.isConnected()) worker.send({ workerQuery: query } satisfies Message, () => {});
  });
}

/** Answers the queries of other workers from now on. @returns ends it */
export function answerQueries(answer: AnswerQuery): () => void {
  const hear = (message: Message | null) => {
    if (message?.workerQuery) void send(message.workerQuery, answer).catch(() => {});
  };
  process.on('message', hear);
  return () => process.off('message', hear);
}

/**
 * Queries another worker of the same program. The answer comes over a loopback connection of its own, since messages between
 * processes have no back-pressure; HTTP shows whether it is whole.
 * @param signal ends it
 * @throws {Error} if the worker does not begin to answer within five seconds
 */
export async function queryWorker(pid: number, query: unknown, signal: AbortSignal): Promise<WorkerAnswer> {
  const token = randomBytes(32).toString('hex');
  const server = createServer({ requestTimeout: 0 });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(BEGIN_MS)]);
  try {
    // Not shared with the other workers.
    server.listen({ host: HOST, port: 0, exclusive: true });
    await once(server, 'listening', { signal: limit });
    const { port } = server.address() as AddressInfo;
    process.send!({ workerQuery: { pid, port, token, query } } satisfies Message, () => {});
    const incoming = await answerTo(server, token, limit);
    if (incoming.headers['content-type'] === REFUSED) return { refused: await json(incoming) };
    const leave = () => incoming.destroy();
    signal.addEventListener('abort', leave);
    incoming.once('close', () => signal.removeEventListener('abort', leave));
    return { stream: incoming };
  } finally {
    // The connection of the answer stays open.
    server.close();
  }
}

/** The request with the right token; others are of strangers. */
async function answerTo(
  server: ReturnType<typeof createServer>,
  token: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  for (;;) {
    const [incoming, response] = await once(server, 'request', { signal });
    const { headers, socket } = incoming as IncomingMessage;
    if (headers.authorization === `Bearer ${token}`) {
      incoming.once('end', () => response.writeHead(204, { connection: 'close' }).end());
      return incoming as IncomingMessage;
    }
    socket.destroy();
  }
}

async function send({ port, token, query }: WorkerQuery, answer: AnswerQuery): Promise<void> {
  const gone = new AbortController();
  const answered = await answer(query, gone.signal).catch(() => ({ refused: null }));
  const type = 'refused' in answered ? REFUSED : 'application/octet-stream';
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const sent = httpRequest({ host: HOST, port, method: 'POST', agent: false, headers });
  sent.on('response', (response) => response.resume());
  sent.once('close', () => gone.abort());
  sent.once('error', () => gone.abort());
  if ('refused' in answered) return void sent.end(JSON.stringify(answered.refused));
  // The first bytes may come a minute later.
  sent.flushHeaders();
  await pipeline(answered.stream, sent);
}
