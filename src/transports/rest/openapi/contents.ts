import { POLL_ENDS, STREAM_EVENTS } from '#gateway/transports/sse/stream-events';
import type { DeclaredStream } from '#gateway/transports/sse/streams';
import { EVENT_STREAM, JSON_TYPE, NDJSON } from '#libs/negotiation';
import { type JsonSchema, viewName } from '#libs/view';
import type { DescribedRoute } from './described-routes.ts';
import { anyOf, eventData, polledEvents, refTo, sentEvent } from './event-schemas.ts';
import type { Operation } from './finish-operation.ts';
import { type Contents, type Edition, envelopeContents } from './envelope.ts';
import { partialOf } from './partial-schemas.ts';

type ContentSchemas = Record<string, JsonSchema>;

const PROBLEM = { $ref: '#/components/schemas/Problem' };

/**
 * The contents of a stream: in 3.2 the events and the JSON of a poll; in 3.1 the data of the events, with what 3.1 cannot say
 * or generators would make a union of as extensions of it.
 */
export function streamContents(
  { events, isAnswer }: DeclaredStream,
  edition: Edition,
  schemas: ContentSchemas,
): Contents {
  const all = [
    ...Object.entries(eventData(events, schemas)),
    ...Object.entries(eventData(STREAM_EVENTS, schemas)),
    ...(isAnswer ? [['error', PROBLEM] as [string, JsonSchema]] : []),
  ];
  const named = (name: string, schema: JsonSchema): JsonSchema => {
    // Linters do not see that an extension needs a component.
    if (edition === '3.1') return schema;
    schemas[name] ??= schema;
    return refTo(name);
  };
  const polls: Contents = isAnswer
    ? {}
    : { [JSON_TYPE]: { schema: polledEvents(events, POLL_ENDS, schemas, named) } };
  if (edition === '3.2')
    return {
      [EVENT_STREAM]: { itemSchema: { oneOf: all.map(([type, data]) => sentEvent(type, data)) } },
      ...polls,
    };
  const data = anyOf(all.map(([, one]) => one));
  return {
    [EVENT_STREAM]: { schema: data, 'x-events': Object.fromEntries(all), ...alternatives(polls) },
  };
}

/** Other contents of a response, by media type, as an extension of the one that generators should ask for. */
const alternatives = (contents: Contents): object =>
  Object.keys(contents).length ? { 'x-alternatives': contents } : {};

/** The parts of a JSON answer as they arrive: events, or lines of NDJSON. */
function partContents(part: JsonSchema): Contents {
  const kinds: [string, JsonSchema][] = [
    ['part', part],
    ['complete', part],
    ['error', PROBLEM],
  ];
  return {
    [EVENT_STREAM]: { itemSchema: { oneOf: kinds.map(([type, data]) => sentEvent(type, data)) } },
    [NDJSON]: {
      itemSchema: {
        oneOf: kinds.map(([type, data]) => ({ type: 'object', required: [type], properties: { [type]: data } })),
      },
    },
  };
}

/**
 * Adds to the JSON answers of an operation what clients can ask for in their place: selected fields, parts as they
 * arrive, and the envelope. In 3.1 the parts alone, as `x-alternatives`: `…Fields` would double the types, and the envelope,
 * the same everywhere, is declared once.
 */
export function addRepresentations(
  { responses }: Operation,
  route: DescribedRoute,
  edition: Edition,
  schemas: ContentSchemas,
): void {
  for (const response of Object.values(responses)) {
    const contents = response.content as Contents | undefined;
    const json = contents?.[JSON_TYPE];
    if (!contents || !json?.schema) continue;
    const name = route.answer && viewName(route.answer.view);
    if (edition === '3.1') {
      const { required: _, ...part } = (name !== undefined && schemas[name]) || {};
      if (route.mayBeInParts) Object.assign(json, alternatives(partContents(part)));
      continue;
    }
    if (name !== undefined) {
      const part = partialOf(name, schemas);
      json.schema = { anyOf: [json.schema, part] };
      if (route.mayBeInParts) Object.assign(contents, partContents(part));
    }
    if (!route.stream) Object.assign(contents, envelopeContents(json.schema, { type: 'string', enum: ['OK'] }));
  }
}
