import type { OpenStreams } from '#gateway/edge/streams/open-streams';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStream, STREAM_HEADERS } from './event-stream.ts';

/**
 * Answers a request with server-sent events. What can be refused has been: with the first byte it is 200.
 * @throws {GatewayError} RATE_LIMITED for too many of one caller, OVERLOADED for too many in all or a gateway that stops
 */
export function openEventStream(streams: OpenStreams, request: FastifyRequest, reply: FastifyReply): EventStream {
  const { context, routeOptions } = request;
  return streams.add(context, routeOptions.url!, () => begin(request, reply));
}

/** Takes the answer out of the server's hands: all that its hooks have said is sent, and then events. */
function begin(request: FastifyRequest, reply: FastifyReply): EventStream {
  request.isStream = true;
  request.place?.leave();
  reply.hijack();
  reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...STREAM_HEADERS });
  const events = new EventStream(reply.raw);
  if (request.method === 'HEAD') events.end();
  return events;
}
