import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Config } from '#gateway/config/config';
import type { Parts } from '#gateway/edge/stage/stage';
import { isRefused } from '#gateway/identity/authorize';
import { addressKey } from '#libs/client-address';
import { GatewayError } from '#libs/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { charsetRefusal } from './charset.ts';
import { codingOf, decoded } from './codings.ts';
import { decodedStream } from './decoded-stream.ts';
import { hasBody } from './has-body.ts';
import { readBody } from './read-body.ts';
import { streamedBody, streamedOf } from '#gateway/declare/streamed-body';
import { markRefused } from './unread-bodies.ts';
import { countStreamedBodies } from './streamed-bodies.ts';
import { connectionOf, UnfinishedBodies } from './unfinished-bodies.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';
/** What clients call any data that has no type, and what they wrap files in. */
const FORM_TYPES: readonly (string | undefined)[] = [FORM_TYPE, 'multipart/form-data'];
const JSON_TYPE = 'application/json';
const MERGE_PATCH_TYPE = 'application/merge-patch+json';

type ParserDone = (error: Error | null, body?: unknown) => void;
type Parse = (request: FastifyRequest, text: string, done: ParserDone) => void;

/** The most unfinished bodies of one HTTP/2 connection, half of its streams, so that complete requests find room. */
const MAX_PER_CONNECTION = 128;

/**
 * Parses bodies in UTF-8 as JSON, those of PATCH as JSON merge patch (RFC 7396), too, and refuses keys like `__proto__`. An
 * empty body counts as none, whatever its type. Other types and charsets are refused, unless the route reads the stream itself.
 */
export async function readBodies({ server, config }: Parts): Promise<void> {
  const limits = {
    inAll: config.MAX_UNFINISHED_BODIES,
    ofAddress: config.MAX_UNFINISHED_BODIES_PER_ADDRESS,
    ofConnection: MAX_PER_CONNECTION,
  };
  const read = reader(config, new UnfinishedBodies(limits));
  const json = server.getDefaultJsonParser('error', 'error') as Parse;
  server.removeAllContentTypeParsers();
  const add = (type: string, parse: Parse) =>
    server.addContentTypeParser(type, (request, payload, done) => {
      const parsed: ParserDone = (error, body) => {
        if (error) markRefused(request);
        done(error, body);
      };
      try {
        read(request, payload, parse, parsed);
      } catch (error) {
        parsed(error as Error);
      }
    });
  add(JSON_TYPE, json);
  add(MERGE_PATCH_TYPE, (request, text, done) =>
    (request.method === 'PATCH' ? json : unsupported)(request, text, done),
  );
  add(FORM_TYPE, form);
  add('*', unsupported);
  limitGraphqlBody(server, config);
  server.addHook('preParsing', countStreamedBodies(limits));
}

function reader(config: Config, unfinished: UnfinishedBodies) {
  return (request: FastifyRequest, payload: IncomingMessage, parse: Parse, done: ParserDone): void => {
    // No handler reads it.
    if (request.is404 || isInVain(request)) return done(null);
    if (streamedOf(request)) return takesAsItComes(request, payload, config, done);
    // The type of no body does not matter.
    if (parse === unsupported) return hasBody(request) ? parse(request, '', done) : done(null);
    const refusal = charsetRefusal(request);
    if (refusal && hasBody(request)) return done(refusal);
    const coding = codingOf(request.headers['content-encoding']);
    const maxBytes = request.routeOptions.bodyLimit ?? config.BODY_LIMIT_BYTES;
    const withinMs = Math.max(1, config.REQUEST_READ_TIMEOUT_MS - (performance.now() - request.context.startedAt));
    let removed = (): void => {};
    const cut = readBody(payload, { maxBytes, withinMs }, (error, bytes) => {
      removed();
      if (error) return done(error);
      if (bytes!.length === 0) return done(null);
      const parseText = (plain: Buffer) => {
        if (isUtf8(plain)) parse(request, plain.toString(), done);
        else done(notUtf8());
      };
      if (coding === undefined) return parseText(bytes!);
      decoded(bytes!, coding, maxBytes).then(parseText, done);
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
  const { types, maxBytes: max, isText, isDecoded, leastBytesPerSecond } = streamedOf(request)!;
  const maxBytes = typeof max === 'number' ? max : max(config);
  const { mediaType, headers } = request;
  if (types !== 'any' && (!mediaType || !types.includes(mediaType))) {
    // aiohttp and curl -d '' name a type for no body, too.
    return done(hasBody(request) ? unsupportedType(request, types) : null);
  }
  if (types === 'any' && FORM_TYPES.includes(mediaType)) return done(notAForm());
  const refusal = isText ? charsetRefusal(request) : undefined;
  if (refusal) return done(refusal);
  const coding = codingOf(headers['content-encoding'], isDecoded ? undefined : []);
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    const detail = `The body exceeds the limit of ${maxBytes} bytes.`;
    return done(new GatewayError('PAYLOAD_TOO_LARGE', { detail }));
  }
  const body = streamedBody(payload, { maxBytes, leastBytesPerSecond });
  done(null, coding === undefined ? body : decodedStream(body, coding, maxBytes));
}

/**
 * Whether the client waits for 100 with a body that the guards refuse by its headers alone. They still run, so that such
 * requests count against the limits. The bodies of other clients are on their way: those are read first, as before any answer.
 */
function isInVain({ headers, context, routeOptions }: FastifyRequest): boolean {
  const access = routeOptions.config?.access;
  return headers.expect !== undefined && access !== undefined && isRefused(context, access);
}

/** Parses forms only for routes that declare them: any page can make a browser send a form (CSRF). */
const form: Parse = (request, text, done) => {
  if (!request.routeOptions.config?.takesForms) return unsupported(request, text, done);
  if (!isDecodable(text)) return done(notUtf8('Must be percent-encoded UTF-8'));
  done(null, Object.fromEntries(new URLSearchParams(text)));
};

/** Whether all percent-encoded bytes are UTF-8: `URLSearchParams` would replace others. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** For RFC 8259, section 8.1: otherwise replacement characters would be stored in place of the text. */
const notUtf8 = (message = 'Must be UTF-8'): GatewayError =>
  new GatewayError('BAD_REQUEST', {
    detail: 'The request cannot be parsed.',
    errors: [{ field: 'body', message }],
  });

const unsupported: Parse = (request, _text, done) => {
  const types = request.method === 'PATCH' ? [JSON_TYPE, MERGE_PATCH_TYPE] : [JSON_TYPE];
  done(unsupportedType(request, request.routeOptions.config?.takesForms ? [FORM_TYPE, ...types] : types));
};

/**
 * Names the types that the route reads, also in `Accept-Patch` for PATCH (RFC 5789, section 2.2), and otherwise in `Accept`
 * (RFC 9110, section 12.5.1).
 */
function unsupportedType({ method }: FastifyRequest, types: readonly string[]): GatewayError {
  const available = types.join(', ');
  const errors = [{ field: 'Content-Type', message: `Must be one of: ${available}` }];
  return new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
    detail: `The Content-Type must be one of: ${available}.`,
    errors,
    headers: { [method === 'PATCH' ? 'accept-patch' : 'accept']: available },
  });
}

const notAForm = (): GatewayError =>
  new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
    detail: 'The body must be the file itself, not a form.',
    errors: [{ field: 'Content-Type', message: 'Must be the type of the file, such as application/octet-stream' }],
  });

const tooMany = (): GatewayError =>
  new GatewayError('OVERLOADED', {
    source: 'unfinished-bodies',
    detail: 'Too many unfinished request bodies: the oldest, this one, was dropped.',
    retryAfterMs: 5_000,
  });

function limitGraphqlBody(server: FastifyInstance, { GRAPHQL_BODY_LIMIT_BYTES }: Config): void {
  server.addHook('onRoute', (route) => {
    if (route.config?.kind === 'graphql') route.bodyLimit = GRAPHQL_BODY_LIMIT_BYTES;
  });
}
