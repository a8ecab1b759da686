import type { IncomingMessage } from 'node:http';
import type { Config } from '#gateway/config/config';
import type { Parts } from '#gateway/edge/stage/stage';
import { addressKey } from '#libs/client-address';
import { GatewayError } from '#libs/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { codingOf, decoded } from './codings.ts';
import { readBody } from './read-body.ts';
import { streamedBody, streamedOf } from '#gateway/declare/streamed-body';
import { markRefused } from './unread-bodies.ts';
import { UnfinishedBodies } from './unfinished-bodies.ts';

type Done = (error: Error | null, body?: unknown) => void;
type Parse = (request: FastifyRequest, text: string, done: Done) => void;

/** Half of what a connection of HTTP/2 may have under way: the other half stays for requests that are whole. */
const MOST_OF_CONNECTION = 50;

/**
 * Reads bodies: JSON, and merge patches (RFC 7396), which are JSON with a name of their own; keys like `__proto__` are
 * refused. No body is an empty one, whatever its type. Any other type is refused, unless the route takes it as it comes.
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
    ofConnection: MOST_OF_CONNECTION,
  });

  return (request: FastifyRequest, payload: IncomingMessage, parse: Parse, done: Done): void => {
    // Nobody will look at it.
    if (request.is404) return done(null);
    const streamed = streamedOf(request);
    if (streamed) return takesAsItComes(request, payload, done);
    if (parse === unsupported) return parse(request, '', done);
    const coding = codingOf(request.headers['content-encoding']);
    const mostBytes = request.routeOptions.bodyLimit ?? config.BODY_LIMIT_BYTES;
    const withinMs = Math.max(1, config.REQUEST_READ_TIMEOUT_MS - (performance.now() - request.context.startedAt));
    let removed = (): void => {};
    const cut = readBody(payload, { mostBytes, withinMs }, (error, bytes) => {
      removed();
      if (error) return done(error);
      if (bytes!.length === 0) return done(null);
      if (coding === undefined) return parse(request, bytes!.toString(), done);
      decoded(bytes!, coding, mostBytes).then((plain) => parse(request, plain.toString(), done), done);
    });
    // What came with the headers is read at once, and most bodies did.
    const from = addressKey(request.context.client.address);
    const connection = connectionOf(payload);
    removed = unfinished.add({ from, connection, cut: () => cut(tooMany()) });
    payload.once('close', removed);
  };
}

function takesAsItComes(request: FastifyRequest, payload: IncomingMessage, done: Done): void {
  const streamed = streamedOf(request)!;
  const { mediaType } = request;
  if (!mediaType || !streamed.types.includes(mediaType)) {
    const detail = `The body must be one of: ${streamed.types.join(', ')}.`;
    return done(new GatewayError('UNSUPPORTED_MEDIA_TYPE', { detail }));
  }
  if (request.headers['content-encoding'] !== undefined) {
    const detail = 'This body is not read in a content coding.';
    return done(
      new GatewayError('UNSUPPORTED_MEDIA_TYPE', { detail, headers: { 'accept-encoding': 'identity' } }),
    );
  }
  if (Number(request.headers['content-length'] ?? 0) > streamed.mostBytes)
    return done(
      new GatewayError('PAYLOAD_TOO_LARGE', { detail: `The body may have ${streamed.mostBytes} bytes.` }),
    );
  done(null, streamedBody(payload, streamed));
}

/** Only forms that are expected are read; for others any page could make a visitor's browser ask. */
const form: Parse = (request, text, done) => {
  if (request.routeOptions.config?.takesForms) return done(null, Object.fromEntries(new URLSearchParams(text)));
  unsupported(request, text, done);
};

const unsupported: Parse = (_request, _text, done) =>
  done(
    new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
      detail: 'The body must be JSON, and say so in Content-Type.',
    }),
  );

const tooMany = (): GatewayError =>
  new GatewayError('OVERLOADED', {
    source: 'unfinished-bodies',
    detail: 'Too many bodies are unfinished: this one has taken longest.',
    headers: { 'retry-after': '5' },
  });

/** The session of HTTP/2 that a request came by. */
const connectionOf = (payload: IncomingMessage): object | undefined =>
  'stream' in payload ? (payload.stream as { session?: object }).session : undefined;

function limitGraphqlBody(server: FastifyInstance, { GRAPHQL_BODY_LIMIT_BYTES }: Config): void {
  server.addHook('onRoute', (route) => {
    if (route.config?.kind === 'graphql') route.bodyLimit = GRAPHQL_BODY_LIMIT_BYTES;
  });
}
