import { randomUUID } from 'node:crypto';
import { Context } from '#libs/upstream';
import type { FastifyRequest } from 'fastify';

/** A message of a socket as a request of its own: the connection's request again, with an id and a time that are new. */
export function messageRequest(asked: FastifyRequest, timeoutMs: number): FastifyRequest {
  const { context: opened } = asked;
  const id = randomUUID();
  const context = new Context({
    log: { ...opened.log, requestId: id },
    trace: opened.trace,
    caller: opened.caller,
    client: opened.client,
    timeoutMs,
  });
  return Object.create(asked, {
    id: { value: id },
    context: { value: context },
    reserved: { value: undefined, writable: true },
  }) as FastifyRequest;
}
