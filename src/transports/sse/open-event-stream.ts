import type { OpenStreams } from '#gateway/edge/streams/open-streams';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStream, type Framing, SERVER_SENT_EVENTS, streamHeaders } from './event-stream.ts';

/**
 * Opens an event stream as the response, with status 200: errors that need another status must be thrown before. While the gateway
 * shuts down, the answer to a GET ends at once with the event `shutdown`: EventSource would stop for good at a 503.
 * @param hasEvents false for one answer in parts, which is not opened again
 * @throws {GatewayError} RATE_LIMITED beyond the caller's stream limit, OVERLOADED beyond the gateway's or while it shuts down
 */
export function openEventStream(
  streams: OpenStreams,
  request: FastifyRequest,
  reply: FastifyReply,
  framing: Framing = SERVER_SENT_EVENTS,
  hasEvents = true,
): EventStream {
  const { context, method, routeOptions } = request;
  const retryMs = hasEvents && method === 'GET' ? streams.retryMs : undefined;
  if (retryMs !== undefined) {
    // As each answer within a drain has it: the hooks that set it do not run here.
    if (request.raw.httpVersionMajor === 1) void reply.header('connection', 'close');
    const events = begin(request, reply, framing);
    events.end('shutdown', {}, retryMs);
    return events;
  }
  return streams.add(context, routeOptions.url!, () => begin(request, reply, framing));
}

/** Hijacks the reply: writes the headers that hooks have set, then events. */
function begin(request: FastifyRequest, reply: FastifyReply, framing: Framing): EventStream {
  request.isStream = true;
  request.place?.leave();
  reply.hijack();
  reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...streamHeaders(framing) });
  const events = new EventStream(reply.raw, framing);
  if (request.method === 'HEAD') events.end();
  return events;
}
