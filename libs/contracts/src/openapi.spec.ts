import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

const FOLDER = new URL('../openapi/', import.meta.url);

describe('the OpenAPI document of a service', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });

  // The gateway does not validate them at start.
  it.each(readdirSync(FOLDER))('has valid schemas (JSON Schema 2020-12): %s', (file) => {
    const document = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as object;
    const schemas = schemasIn(document);
    expect(schemas.length).toBeGreaterThan(3);
    for (const schema of schemas)
      expect([schema, ajv.validateSchema(schema), ajv.errors]).toEqual([schema, true, null]);
  });

  it('would be rejected with an invalid schema', () => {
    expect(ajv.validateSchema({ type: 'objekt' })).toBe(false);
  });
});

/** All schemas of components, parameters and bodies. */
function schemasIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    if (key === 'schemas') return Object.values(below as Record<string, object>);
    return key === 'schema' ? [below as object] : schemasIn(below);
  });
}
