import { streamedOf } from '#gateway/declare/streamed-body';
import { addressKey } from '#libs/client-address';
import { GatewayError } from '#libs/errors';
import type { preParsingHookHandler } from 'fastify';
import { hasBody } from './has-body.ts';
import { type BodyLimits, connectionOf, UnfinishedBodies } from './unfinished-bodies.ts';

/**
 * Counts the bodies that handlers read as they arrive, apart from others, and refuses the newest one beyond a limit: an upload
 * that has begun is not cut off, as the oldest is not the slowest.
 */
export function countStreamedBodies(limits: BodyLimits): preParsingHookHandler {
  const unfinished = new UnfinishedBodies(limits);
  return (request, reply, payload, done) => {
    if (!streamedOf(request) || !hasBody(request)) return done(null, payload);
    const body = { from: addressKey(request.context.client.address), connection: connectionOf(request.raw) };
    if (!unfinished.hasRoomFor(body)) return done(tooMany());
    const ended = unfinished.add(body);
    payload.once('end', ended);
    // A client that leaves after its answer ends no body.
    reply.raw.once('close', ended);
    done(null, payload);
  };
}

const tooMany = (): GatewayError =>
  new GatewayError('OVERLOADED', {
    source: 'unfinished-bodies',
    detail: 'Too many uploads have not ended: try again later.',
    retryAfterMs: 5_000,
  });
