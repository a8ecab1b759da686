import type { IncomingMessage } from 'node:http';
import type { Config } from '#gateway/config/config';
import type { Parts } from '#gateway/edge/stage/stage';
import { addressKey } from '#libs/client-address';
import { GatewayError } from '#libs/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { codingOf, decoded } from './codings.ts';
import { decodedStream } from './decoded-stream.ts';
import { readBody } from './read-body.ts';
import { streamedBody, streamedOf } from '#gateway/declare/streamed-body';
import { markRefused } from './unread-bodies.ts';
import { UnfinishedBodies } from './unfinished-bodies.ts';

type ParserDone = (error: Error | null, body?: unknown) => void;
type Parse = (request: FastifyRequest, text: string, done: ParserDone) => void;

/**
 * The most unfinished bodies of one HTTP/2 connection: half of its concurrent streams, so that complete requests
 * find room.
 */
const MAX_PER_CONNECTION = 50;

/**
 * Parses bodies as JSON or JSON merge patch (RFC 7396), and refuses keys like `__proto__`. An empty body counts as
 * none, whatever its type. Other types are refused, unless the route reads the stream itself.
 */
export async function readBodies({ server, config }: Parts): Promise<void> {
  const read = reader(config);
  const json = server.getDefaultJsonParser('error', 'error') as Parse;
  server.removeAllContentTypeParsers();
  const add = (type: string, parse: Parse) =>
    server.addContentTypeParser(type, (request, payload, done) =>
      read(request, payload, parse, (error, body) => {
        if (error) markRefused(request);
        done(error, body);
      }),
    );
  add('application/json', json);
  add('application/merge-patch+json', json);
  add('application/x-www-form-urlencoded', form);
  add('*', unsupported);
  limitGraphqlBody(server, config);
}

function reader(config: Config) {
  const unfinished = new UnfinishedBodies({
    inAll: config.MAX_UNFINISHED_BODIES,
    ofAddress: config.MAX_UNFINISHED_BODIES_PER_ADDRESS,
    ofConnection: MAX_PER_CONNECTION,
  });

  return (request: FastifyRequest, payload: IncomingMessage, parse: Parse, done: ParserDone): void => {
    // No handler reads it.
    if (request.is404 || request.routeOptions.config?.refusesMethod) return done(null);
    const streamed = streamedOf(request);
    if (streamed) return takesAsItComes(request, payload, config, done);
    if (parse === unsupported) return parse(request, '', done);
    const coding = codingOf(request.headers['content-encoding']);
    const maxBytes = request.routeOptions.bodyLimit ?? config.BODY_LIMIT_BYTES;
    const withinMs = Math.max(1, config.REQUEST_READ_TIMEOUT_MS - (performance.now() - request.context.startedAt));
    let removed = (): void => {};
    const cut = readBody(payload, { maxBytes, withinMs }, (error, bytes) => {
      removed();
      if (error) return done(error);
      if (bytes!.length === 0) return done(null);
      if (coding === undefined) return parse(request, bytes!.toString(), done);
      decoded(bytes!, coding, maxBytes).then((plain) => parse(request, plain.toString(), done), done);
    });
    // Most bodies arrive with the headers, and are complete by now.
    const from = addressKey(request.context.client.address);
    const connection = connectionOf(payload);
    removed = unfinished.add({ from, connection, cut: () => cut(tooMany()) });
    payload.once('close', removed);
  };
}

function takesAsItComes(
  request: FastifyRequest,
  payload: IncomingMessage,
  config: Config,
  done: ParserDone,
): void {
  const { types, maxBytes: max, isDecoded, leastBytesPerSecond } = streamedOf(request)!;
  const maxBytes = typeof max === 'number' ? max : max(config);
  const { mediaType, headers } = request;
  if (types !== 'any' && (!mediaType || !types.includes(mediaType))) {
    const detail = `The body must be one of: ${types.join(', ')}.`;
    return done(new GatewayError('UNSUPPORTED_MEDIA_TYPE', { detail }));
  }
  const coding = headers['content-encoding'];
  if (coding !== undefined && !isDecoded) {
    const detail = 'This route accepts no content coding.';
    return done(
      new GatewayError('UNSUPPORTED_MEDIA_TYPE', { detail, headers: { 'accept-encoding': 'identity' } }),
    );
  }
  // Throws for an unknown coding, as for other bodies.
  const known = codingOf(coding);
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    const detail = `The body exceeds the limit of ${maxBytes} bytes.`;
    return done(new GatewayError('PAYLOAD_TOO_LARGE', { detail }));
  }
  const body = streamedBody(payload, { maxBytes, leastBytesPerSecond });
  done(null, known === undefined ? body : decodedStream(body, known, maxBytes));
}

/** Parses forms only for routes that declare them: any page can make a browser send a form (CSRF). */
const form: Parse = (request, text, done) => {
  if (request.routeOptions.config?.takesForms) return done(null, Object.fromEntries(new URLSearchParams(text)));
  unsupported(request, text, done);
};

const unsupported: Parse = (_request, _text, done) =>
  done(
    new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
      detail: 'The body must be JSON, with a matching Content-Type.',
    }),
  );

const tooMany = (): GatewayError =>
  new GatewayError('OVERLOADED', {
    source: 'unfinished-bodies',
    detail: 'Too many unfinished request bodies: the oldest, this one, was dropped.',
    headers: { 'retry-after': '5' },
  });

/** The HTTP/2 session of a request. */
const connectionOf = (payload: IncomingMessage): object | undefined =>
  'stream' in payload ? (payload.stream as { session?: object }).session : undefined;

function limitGraphqlBody(server: FastifyInstance, { GRAPHQL_BODY_LIMIT_BYTES }: Config): void {
  server.addHook('onRoute', (route) => {
    if (route.config?.kind === 'graphql') route.bodyLimit = GRAPHQL_BODY_LIMIT_BYTES;
  });
}
