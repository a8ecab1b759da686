import { dataSchema, type EventTypes } from '#gateway/declare/events';
import type { JsonSchema } from '#libs/view';

/** The schemas of a document that events add, by name. */
type EventSchemas = Record<string, JsonSchema>;

const pascal = (type: string): string =>
  type
    .split(/\W/)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

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

/** Events as the JSON of a poll has them: their names and their parsed data. */
export function polledEvents(types: EventTypes, schemas: EventSchemas): JsonSchema {
  const events = Object.entries(eventData(types, schemas)).map(([type, data]) => {
    schemas[`${types.name}${pascal(type)}Event`] ??= {
      type: 'object',
      required: ['event', 'data'],
      properties: {
        id: { type: 'string', maxLength: 64, description: 'To resume after this event; absent if it cannot.' },
        event: { type: 'string', enum: [type] },
        data,
      },
    };
    return refTo(`${types.name}${pascal(type)}Event`);
  });
  schemas[`${types.name}Event`] ??= events.length === 1 ? events[0]! : { oneOf: events };
  return {
    type: 'object',
    required: ['events'],
    properties: { events: { type: 'array', maxItems: 1_000, items: refTo(`${types.name}Event`) } },
  };
}

/** A server-sent event with JSON as its data, as `itemSchema` of OpenAPI 3.2 has it (section 4.14.4). */
export const sentEvent = (type: string, data: JsonSchema): JsonSchema => ({
  type: 'object',
  required: type === 'message' ? ['data'] : ['event', 'data'],
  properties: {
    ...(type !== 'message' && { event: { type: 'string', enum: [type] } }),
    id: { type: 'string', maxLength: 64 },
    data: { type: 'string', contentMediaType: 'application/json', contentSchema: data },
    retry: { type: 'integer', minimum: 0, maximum: 86_400_000 },
  },
});
