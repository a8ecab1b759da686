import type { FastifyRequest } from 'fastify';
import { declareRoute } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    mediaTypes?: readonly [string, ...string[]] | 'any';
  }
}

// Some generators of clients take a range of all types for JSON.
/** The documented media types of a file, whatever it is; the one to prefer first. */
export const ANY_FILE: readonly string[] = [
  'application/octet-stream',
  ...['application', 'audio', 'font', 'image', 'message', 'model', 'text', 'video'].map((type) => `${type}/*`),
];

/**
 * Declares the media types of a route's successful responses, the preferred one first, in place of JSON: requests that
 * accept none of them are refused with 406. The handler responds with the one that `Accept` prefers.
 */
export const MediaTypes = (...mediaTypes: [string, ...string[]]): MethodDecorator => declareRoute({ mediaTypes });

/** Declares that a route's responses have the type of what is stored, whatever `Accept` says (RFC 9110, section 12.5.1). */
export const AnyMediaType = (): MethodDecorator => declareRoute({ mediaTypes: 'any' });

/** The media types that the request's route declares; undefined for JSON. */
export const declaredMediaTypes = ({
  routeOptions,
}: Pick<FastifyRequest, 'routeOptions'>): readonly [string, ...string[]] | 'any' | undefined =>
  routeOptions.config?.mediaTypes;
