import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

export const JSON_TYPE = 'application/json';
export const HTML = 'text/html';
export const EVENT_STREAM = 'text/event-stream';
/** Newline-delimited JSON, by the name that documents have for it; it is not registered. */
export const NDJSON = 'application/x-ndjson';
/** All names that clients and OpenAPI 3.2 have for it: an answer has the one that was preferred, `NDJSON` for a range. */
export const NDJSON_TYPES = [
  NDJSON,
  'application/jsonl',
  'application/ndjson',
  'application/jsonlines',
  'application/x-jsonlines',
] as const;
/** Parameters that answers of one type have: CSV has a header row (RFC 4180, section 3). */
const OWN_PARAMETERS: Readonly<Record<string, string>> = { 'text/csv': ';header=present' };
/** Clients send few different headers, so each is parsed once. */
const MAX_CACHED = 200;
const NONE = '';

/** A media range without its parameters, or a parameter with its name and its value (RFC 9110, section 5.6.6). */
const RANGE_OR_PARAMETER = /(?:^|,)\s*([^\s;,"]+)|;\s*([^\s;,="]+)\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,]*)/g;

/**
 * The only parser of `Accept` (RFC 9110, section 12.5.1): selects the preferred one of some media types by quality,
 * then specificity, then the order of the client, then of the server.
 * @param parameters the parameters of the types, for example `;version=1`: ranges with other values of them do not match, and
 *   parameters of other names, such as `indent`, are ignored
 * @returns a function from a header to a media type; undefined if none is accepted, the first type without a header
 */
export function offer<Type extends string>(
  types: readonly [Type, ...Type[]],
  parameters = '',
): (accept: string | undefined) => Type | undefined {
  const known = new LRUCache<string, Type | typeof NONE>({ max: MAX_CACHED });
  const available = types.map((type) => type + parameters + (OWN_PARAMETERS[type] ?? ''));
  const isKnown = (name: string, type: string) =>
    name === 'q' || `${parameters}${OWN_PARAMETERS[type] ?? ''}`.includes(`;${name}=`);

  return (accept) => {
    if (!accept) return types[0];
    let preferred = known.get(accept);
    if (preferred === undefined) {
      const ranges = withParameters(accept, isKnown);
      const [first] = new Negotiator({ headers: { accept: ranges } }).mediaTypes(available);
      preferred = first === undefined ? NONE : types[available.indexOf(first)]!;
      known.set(accept, preferred);
    }
    return preferred === NONE ? undefined : preferred;
  };
}

/** A header without the parameters that are not known for the media type that they follow. */
function withParameters(accept: string, isKnown: (name: string, type: string) => boolean): string {
  let its = '';
  return accept.replace(RANGE_OR_PARAMETER, (whole, type: string | undefined, name: string | undefined) => {
    if (type !== undefined) its = type.toLowerCase();
    return name === undefined || isKnown(name.toLowerCase(), its) ? whole : '';
  });
}

const jsonOrPage = offer([JSON_TYPE, HTML]);

/** Whether a client names `text/html` and prefers it to JSON: a browser navigation. */
export const prefersHtml = (accept: string | undefined): boolean =>
  names(HTML, accept) && jsonOrPage(accept) === HTML;

/** Whether a header names a media type, and does not merely accept any. Types are case-insensitive (RFC 9110, section 8.3.1). */
const names = (type: string, accept = ''): boolean => accept.toLowerCase().includes(type);

const preferred = offer([JSON_TYPE, EVENT_STREAM]);
const events = offer([EVENT_STREAM]);

/** Whether a client prefers `text/event-stream` to JSON. */
export const prefersEvents = (accept: string | undefined): boolean => preferred(accept) === EVENT_STREAM;

/** Whether a client names `text/event-stream`, and does not merely accept any type. */
export const takesEvents = (accept: string | undefined): boolean =>
  names(EVENT_STREAM, accept) && events(accept) === EVENT_STREAM;
