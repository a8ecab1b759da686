import type { FastifyInstance } from 'fastify';

/** Once the server stops, tells each client that its connection ends with this answer (RFC 9112, section 9.6). */
export function closeConnectionsOnStop(server: FastifyInstance): void {
  let isStopping = false;
  server.addHook('preClose', (done) => {
    isStopping = true;
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (isStopping) void reply.header('connection', 'close');
    done(null, payload);
  });
}
