import { createServer } from 'node:http';
// The handler of npm run bench:overload: so much work, and so long a wait, behind one way to shed load or none.
import type { AddressInfo } from 'node:net';
import { loadConfig } from '#gateway/config/config';
import { answerThrown } from '#gateway/edge/errors/answer-thrown';
import { MemoryPressure } from '#gateway/edge/shedding/memory-pressure';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { createLogger } from '#libs/observe';
import underPressure from '@fastify/under-pressure';
import { fastify } from 'fastify';

const WORK_MS = 1;
const WAIT_MS = 5;
const variant = process.env['VARIANT'];
const shedding = new Shedding(loadConfig({ SHEDDING: variant === 'atrium' ? 'on' : 'off' }), new MemoryPressure());

const server = fastify({ serverFactory: (handler) => createServer(handler) });
server.decorateRequest('context', null as never);
server.addHook('onRequest', (request, _reply, done) => {
  (request as { context: unknown }).context = { tries: [], log: {} };
  done();
});
const logger = createLogger('handler', 'info', { write: () => {} });
server.setErrorHandler((thrown, request, reply) => answerThrown(thrown, request, reply, logger));
server.addHook('onRequest', (request, reply, done) => shedding.onRequest(request, reply, done));
server.addHook('onSend', (request, reply, payload, done) => shedding.onSend(request, reply, payload, done));
if (variant === 'under-pressure') {
  await server.register(underPressure, { maxEventLoopDelay: 100, maxEventLoopUtilization: 0.98, retryAfter: 1 });
}
server.get('/', async () => {
  const until = performance.now() + WORK_MS;
  while (performance.now() < until);
  await new Promise((resolve) => void setTimeout(resolve, WAIT_MS));
  return { done: true };
});
await server.listen({ port: 0, host: '127.0.0.1' });
process.send!({ url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}` });

process.on('disconnect', () => process.exit(0));
