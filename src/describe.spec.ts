import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeGateway } from './describe.ts';

let clients: string;
beforeAll(() => {
  clients = mkdtempSync(join(tmpdir(), 'atrium-clients-'));
  mkdirSync(join(clients, 'web'));
  writeFileSync(join(clients, 'web', 'right.graphql'), 'query Right { me { id } }');
  writeFileSync(join(clients, 'web', 'wrong.graphql'), 'query Wrong { me { nickname } }');
});
afterAll(() => rmSync(clients, { recursive: true, force: true }));

describe('the surface of the gateway', () => {
  it('is described even if a client operation does not match the schema: it is reported, and has no route', async () => {
    const { graphql, openapi, mistakes } = await describeGateway(clients);
    expect(graphql).toContain('type Query {');
    const { paths } = JSON.parse(openapi) as { paths: object };
    expect(Object.keys(paths).filter((path) => path.startsWith('/v1/views/'))).toEqual([
      '/v1/views/web/right',
      '/v1/views/{documentId}',
    ]);
    expect(mistakes).toEqual([
      { file: 'web/wrong.graphql', reason: expect.stringContaining('Cannot query field "nickname"') },
    ]);
  });
});
