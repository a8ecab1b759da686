import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sent } from './event-stream.ts';
import type { Feed } from './stream-door.ts';

/** What is there already comes within so long. */
const LEAST_MS = 250;
/** Who polls comes back: until then the feed goes on, so that it need not begin anew. */
const LINGER_MS = 30_000;
/** So many events are answered at once. */
const MOST = 1_000;

/**
 * Answers with the events of a feed that there are, waiting for the first of them; 204 where none comes in time. An `ETag`
 * stands for the last of them (RFC 9110).
 */
export function poll(request: FastifyRequest, reply: FastifyReply, waitMs: number, feed: Feed): Promise<void> {
  return new Promise((resolve) => {
    const events: Sent[] = [];
    let answered = false;
    const answer = () => {
      if (answered) return;
      answered = true;
      clearTimeout(late);
      setTimeout(stop, LINGER_MS).unref();
      write(request, reply, events);
      resolve();
    };
    // What comes together is answered together.
    const soon = () => void setImmediate(answer);
    const late = setTimeout(answer, Math.max(LEAST_MS, waitMs));
    const stop = feed({
      send: (sent) => {
        if (answered || events.length === MOST) return;
        events.push(sent);
        soon();
      },
      end: soon,
    });
    reply.raw.once('close', answer);
  });
}

function write(request: FastifyRequest, reply: FastifyReply, events: readonly Sent[]): void {
  if (reply.raw.destroyed) return;
  if (!events.length) return void reply.code(204).send();
  const last = events.findLast(({ id }) => id !== undefined)?.id;
  if (last !== undefined) void reply.headers({ etag: `"${last}"`, 'cache-control': 'private, no-cache' });
  if (last !== undefined && request.headers['if-none-match'] === `"${last}"`) return void reply.code(304).send();
  void reply.type('application/json; charset=utf-8').send(JSON.stringify({ events }));
}
