import type { JsonSchema } from '#libs/view';

type ViewSchemas = Record<string, JsonSchema>;

const OF_SCHEMAS = '#/components/schemas/';

/**
 * The schema of a view of which `?fields=` has selected some fields: that of the view, without required fields, and so
 * for the views in it. Adds the schemas that are missing. @returns a reference to it
 */
export function partialOf(view: string, schemas: ViewSchemas): JsonSchema {
  const name = `${view}Fields`;
  if (!schemas[name]) {
    schemas[name] = {};
    const { required: _, ...whole } = schemas[view]!;
    schemas[name] = partial(whole, schemas) as JsonSchema;
  }
  return { $ref: `${OF_SCHEMAS}${name}` };
}

function partial(part: unknown, schemas: ViewSchemas): unknown {
  if (Array.isArray(part)) return part.map((one) => partial(one, schemas));
  if (typeof part !== 'object' || part === null) return part;
  const { $ref } = part as { $ref?: string };
  if ($ref?.startsWith(OF_SCHEMAS)) {
    const name = $ref.slice(OF_SCHEMAS.length);
    return schemas[name]?.['type'] === 'object' ? partialOf(name, schemas) : part;
  }
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, partial(value, schemas)]));
}
