import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeGateway } from '#gateway/describe';
import { deprecationTable } from '#tools/deprecation-table';
import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql';

const committed = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('the public surface', () => {
  let running: Awaited<ReturnType<typeof describeGateway>>;
  beforeAll(async () => {
    running = await describeGateway();
  });

  it('has the GraphQL schema that is committed (npm run schema:write)', () => {
    expect(running.graphql).toBe(committed('schema.graphql'));
  });

  it('has the OpenAPI document that is committed (npm run schema:write)', () => {
    expect(running.openapi).toBe(committed('openapi.json'));
  });

  it('has exactly the types, fields, arguments and defaults that clients were promised', () => {
    const plain = (sdl: string) =>
      printSchema(lexicographicSortSchema(buildSchema(sdl.replace(/"""[^]*?"""/g, ''))));
    expect(plain(running.graphql)).toBe(plain(committed('test/house/promised.graphql')));
  });

  it('is in docs/graphql.md as far as it is deprecated (npm run schema:write)', () => {
    expect(committed('docs/graphql.md')).toContain(deprecationTable(running.graphql));
  });

  it('points to nothing that is not there', () => {
    const document = JSON.parse(running.openapi) as { components: { schemas: object } };
    const refs = [...running.openapi.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
    expect(refs.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });
});
