import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

interface Operation {
  parameters?: { name?: string }[];
  responses: Record<string, { headers?: Record<string, object> }>;
}

/** Methods that select or change the resource of the URL; POST adds another or does something else. */
const CHANGES = ['put', 'patch', 'delete'];
const CONDITIONS = ['If-Match', 'If-None-Match'];
const OF_TIME = 'If-Unmodified-Since';

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

it('every write to a URL whose GET has an ETag declares a precondition', () => {
  const writes = Object.entries(document.paths).flatMap(([path, operations]) => {
    const read = operations['get'];
    const hasTag = read !== undefined && '304' in read.responses;
    const hasTime = Object.values(read?.responses ?? {}).some(({ headers = {} }) => 'Last-Modified' in headers);
    return CHANGES.flatMap((method) => {
      const operation = operations[method];
      const conditions = hasTime ? [...CONDITIONS, OF_TIME] : CONDITIONS;
      return hasTag && operation ? [{ name: `${method.toUpperCase()} ${path}`, operation, conditions }] : [];
    });
  });
  expect(writes.length).toBeGreaterThan(3);
  const isConditional = ({ parameters = [], responses }: Operation, conditions: string[]) =>
    '412' in responses && conditions.every((field) => parameters.some(({ name }) => name === field));
  expect(
    writes.filter(({ operation, conditions }) => !isConditional(operation, conditions)).map(({ name }) => name),
  ).toEqual([]);
});
