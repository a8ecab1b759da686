import { FirstUses } from '#gateway/edge/first-uses/first-uses';
import { JSON_TYPE } from '#libs/negotiation';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Serves a document of the API at a path, for five minutes from caches. It is made after the start, or at the first request.
 * @returns its text, made if it is not yet
 */
export function serveDocument(app: INestApplication, path: string, documentOf: () => object): () => string {
  const server = app.getHttpAdapter().getInstance() as FastifyInstance;
  let text: string | undefined;
  const make = () => (text ??= JSON.stringify(documentOf()));
  app.get(FirstUses).add(make);
  server.get(path, { config: { priority: 'background' } }, (_request, reply: FastifyReply) => {
    void reply.header('cache-control', 'public, max-age=300').type(`${JSON_TYPE}; charset=utf-8`);
    return reply.send(make());
  });
  return make;
}
