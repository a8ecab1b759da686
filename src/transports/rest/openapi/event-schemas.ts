import { dataSchema, type EventTypes } from '#gateway/declare/events';
import type { JsonSchema } from '#libs/view';

/** The schemas of a document that events add, by name. */
type EventSchemas = Record<string, JsonSchema>;

/** The delay before the next connection or poll, in milliseconds. */
const RETRY: JsonSchema = { type: 'integer', minimum: 0, maximum: 86_400_000 };
/** The most events of a poll: 1,000, and one that ends it. */
const MAX_POLLED = 1_001;

const pascal = (type: string): string =>
  type
    .split(/\W/)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

/** A reference to a component. */
export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The schemas of the data of events, one component each, by the name of the event; views have theirs. */
export function eventData({ name, of }: EventTypes, schemas: EventSchemas): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(of()).map(([type, data]) => {
      const schema = dataSchema(data);
      if ('$ref' in schema) return [type, schema];
      schemas[`${name}${pascal(type)}Data`] ??= schema;
      return [type, refTo(`${name}${pascal(type)}Data`)];
    }),
  );
}

/** Any one of these schemas. */
export function anyOf(all: readonly JsonSchema[]): JsonSchema {
  const different = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  return different.length === 1 ? different[0]! : { anyOf: different };
}

/**
 * Events as the JSON of a poll has them: their names and their parsed data.
 * @param ends the events that may end a poll early; they say when to poll again
 * @param schemas the data of the events are added to them
 * @param named adds a schema to the document by a name, and returns a reference to it; or returns the schema
 */
export function polledEvents(
  types: EventTypes,
  ends: EventTypes,
  schemas: EventSchemas,
  named: (name: string, schema: JsonSchema) => JsonSchema,
): JsonSchema {
  const its = [...polled(types, schemas), ...polled(ends, schemas, { retry: RETRY })];
  const event = { oneOf: its.map(([name, schema]) => named(name, schema)) };
  return {
    type: 'object',
    required: ['events'],
    properties: { events: { type: 'array', maxItems: MAX_POLLED, items: named(`${types.name}Event`, event) } },
  };
}

/** The name and the schema of each event of a poll. */
function polled(
  types: EventTypes,
  schemas: EventSchemas,
  more: Record<string, JsonSchema> = {},
): [name: string, schema: JsonSchema][] {
  return Object.entries(eventData(types, schemas)).map(([type, data]) => [
    `${types.name}${pascal(type)}Event`,
    {
      type: 'object',
      required: ['event', 'data'],
      properties: {
        id: { type: 'string', maxLength: 64, description: 'To resume after this event; absent if it cannot.' },
        event: { type: 'string', enum: [type] },
        data,
        ...more,
      },
    },
  ]);
}

/** A server-sent event with JSON as its data, as `itemSchema` of OpenAPI 3.2 has it (section 4.14.4). */
export const sentEvent = (type: string, data: JsonSchema): JsonSchema => ({
  type: 'object',
  required: type === 'message' ? ['data'] : ['event', 'data'],
  properties: {
    ...(type !== 'message' && { event: { type: 'string', enum: [type] } }),
    id: { type: 'string', maxLength: 64 },
    data: { type: 'string', contentMediaType: 'application/json', contentSchema: data },
    retry: RETRY,
  },
});
