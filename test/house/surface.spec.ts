/**
 * It reads all views of the process, to which no other suite may have added its own.
 * @jest-environment node
 */
import { globSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeGateway } from '#gateway/describe';
import { deprecationTable } from '#tools/deprecation-table';
import { type Acceptance, verdictOn } from '#tools/schema-changes/accepted';
import { graphqlChanges } from '#tools/schema-changes/graphql-changes';
import type { OpenApi } from '#tools/schema-changes/openapi';
import { openapiChanges } from '#tools/schema-changes/openapi-changes';
import { brokenOperations, keptOperations } from '#tools/schema-changes/released';
import { buildSchema } from 'graphql';

const committed = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const documentIn = (text: string) => JSON.parse(text) as OpenApi;

describe('the public surface', () => {
  let running: Awaited<ReturnType<typeof describeGateway>>;
  beforeAll(async () => {
    running = await describeGateway();
  });

  it('has the GraphQL schema that is committed (npm run schema:write)', () => {
    expect(running.graphql).toBe(committed('schema.graphql'));
  });

  it('has the OpenAPI documents that are committed (npm run schema:write)', () => {
    expect(running.openapi).toBe(committed('openapi.json'));
    expect(running.openapi32).toBe(committed('openapi.3.2.json'));
  });

  it('names no range of all media types, which generators of clients take for JSON', () => {
    for (const text of [running.openapi, running.openapi32]) expect(text).not.toContain('"*/*"');
  });

  it('has the AsyncAPI document that is committed (npm run schema:write)', () => {
    expect(running.asyncapi).toBe(committed('asyncapi.json'));
  });

  it('breaks nothing of the last release, unless released/accepted.json says why (npm run schema:diff)', () => {
    const [old, now] = [buildSchema(committed('released/schema.graphql')), buildSchema(running.graphql)];
    const released = keptOperations('released', old);
    const changes = [
      ...graphqlChanges(committed('released/schema.graphql'), running.graphql, released),
      ...openapiChanges(documentIn(committed('released/openapi.json')), documentIn(running.openapi), []),
    ];
    const accepted = JSON.parse(committed('released/accepted.json')) as Acceptance[];
    const { lines } = verdictOn(changes, accepted, brokenOperations(released, old, now));
    expect(lines.filter((line) => /^(BREAKS|GONE|WRONG) /.test(line))).toEqual([]);
  });

  it('is in docs/graphql.md as far as it is deprecated (npm run schema:write)', () => {
    expect(committed('docs/graphql.md')).toContain(deprecationTable(running.graphql));
  });

  it('points to nothing that is not there', () => {
    for (const text of [running.openapi, running.openapi32, running.asyncapi]) {
      const { components } = JSON.parse(text) as { components: Record<string, object> };
      const refs = [...text.matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)];
      expect(refs.filter(([, kind, name]) => !(name! in components[kind!]!))).toEqual([]);
    }
  });

  it('has unique names of operations: ids of REST, and names of trusted GraphQL operations', () => {
    const { paths } = JSON.parse(running.openapi32) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
    const names = globSync('clients/*/*.graphql').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^(?:query|mutation|subscription) (\w+)/gm)].map(
        ([, name]) => name!,
      ),
    );
    const types = Object.keys((JSON.parse(running.openapi) as OpenApi).components!.schemas!);
    expect(names.length).toBeGreaterThan(3);
    const all = [...ids, ...names, ...types];
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  it('names the responses for 422 after their codes', () => {
    const { paths } = JSON.parse(running.openapi) as {
      paths: Record<string, Record<string, { responses?: Record<string, { $ref?: string }> }>>;
    };
    const named = Object.values(paths).flatMap((path) =>
      Object.values(path).flatMap(({ responses }) => responses?.['422']?.$ref?.split('/').at(-1) ?? []),
    );
    expect([...new Set(named)].sort()).toEqual(['ValidationFailed', 'ValidationFailedOrIdempotencyMismatch']);
  });
});
