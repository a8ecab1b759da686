import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

interface Operation {
  parameters?: { name?: string }[];
  responses: Record<string, object>;
}

/** Methods that select or change the resource of the URL; POST adds another or does something else. */
const CHANGES = ['put', 'patch', 'delete'];
const CONDITIONS = ['If-Match', 'If-None-Match'];

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

it('every write to a URL whose GET has an ETag declares a precondition', () => {
  const writes = Object.entries(document.paths).flatMap(([path, operations]) => {
    const hasTag = operations['get'] !== undefined && '304' in operations['get'].responses;
    return CHANGES.flatMap((method) => {
      const operation = operations[method];
      return hasTag && operation ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : [];
    });
  });
  expect(writes.length).toBeGreaterThan(3);
  const isConditional = ({ parameters = [], responses }: Operation) =>
    '412' in responses && CONDITIONS.every((field) => parameters.some(({ name }) => name === field));
  expect(writes.filter(({ operation }) => !isConditional(operation)).map(({ name }) => name)).toEqual([]);
});
