import type { IncomingMessage } from 'node:http';
import { GatewayError } from '#libs/errors';
import { addVary } from '#gateway/edge/headers/vary';
import type { Hooks, Parts } from '#gateway/edge/stage/stage';

/** The supported versions; the first is the default. */
const OFFERED = ['1'];
const VERSIONED_PATH = /^\/v(\d+)(?=\/|\?|$)/;
const refusals = new WeakMap<IncomingMessage, GatewayError>();

/** The first path segments of a server's versioned routes: `home`, `orders` … */
const versionedSegments = new WeakMap<Parts['server'], Set<string>>();

/**
 * Reads the version from the path, `Accept-Version`, `Accept: …;version=1` or `?version=1`, and moves it into the
 * path before routing, since Nest supports one way at a time.
 */
export function versionedUrl(server: Parts['server'], request: IncomingMessage): string {
  const url = request.url!;
  const inPath = VERSIONED_PATH.exec(url)?.[1];
  const segment = /^\/([^/?]*)/.exec(url)?.[1] ?? '';
  if (!inPath && !versionedSegments.get(server)?.has(segment)) return url;
  const named = [inPath, ...requestedVersions(request)].filter((version) => version !== undefined);
  const refusal = refusalOf(named);
  if (refusal) refusals.set(request, refusal);
  return inPath ? url : `/v${refusal ? OFFERED[0] : (named[0] ?? OFFERED[0])}${url}`;
}

/** Collects the versioned routes, refuses contradictory and unknown versions, and sets `Vary`. */
export function versions({ server }: Pick<Parts, 'server'>): Pick<Hooks, 'onRoute' | 'onRequest'> {
  const segments = new Set<string>();
  versionedSegments.set(server, segments);
  return {
    onRoute({ url }) {
      const segment = /^\/v\d+\/([^/]+)/.exec(url)?.[1];
      if (segment) segments.add(segment);
    },
    onRequest(request, reply, done) {
      if (VERSIONED_PATH.test(request.url)) addVary(reply, 'Accept, Accept-Version');
      done(refusals.get(request.raw));
    },
  };
}

/** The version parameter of a media range, unless the range is excluded by `q=0`. */
const IN_ACCEPT = /;\s*version=("?)([^\s;,"]*)\1(?![^,]*;\s*q=0(?:\.0*)?\s*(?:[;,]|$))/gi;
/** Headers without this word name no version. */
const NAMED = /version/i;

function requestedVersions({ headers, url = '' }: IncomingMessage): (string | undefined)[] {
  const { 'accept-version': header, accept = '' } = headers;
  const query = url.indexOf('?');
  if (header === undefined && query < 0 && !NAMED.test(accept)) return [];
  const inHeader = header === undefined ? [] : [String(header).trim()];
  const inAccept = [...accept.matchAll(IN_ACCEPT)].map(([, , version]) => version);
  const inQuery = query < 0 ? [] : new URLSearchParams(url.slice(query)).getAll('version');
  return [...inHeader, ...inAccept, ...inQuery];
}

function refusalOf(named: string[]): GatewayError | undefined {
  const different = [...new Set(named)];
  const unknown = different.filter((version) => !OFFERED.includes(version));
  if (different.length > 1) return refused('The path, the headers and the query name different versions.');
  if (unknown.length) return refused(`Unknown version. Available: ${OFFERED.join(', ')}.`);
  return undefined;
}

function refused(detail: string): GatewayError {
  return new GatewayError('BAD_REQUEST', { detail, errors: [{ field: 'version', message: detail }] });
}
