import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import fastify from 'fastify';
import { serveDocument } from './serve-document.ts';

const server = fastify();
const uses: (() => unknown)[] = [];
const app = {
  getHttpAdapter: () => ({ getInstance: () => server }),
  get: () => ({ add: (use: () => unknown) => uses.push(use) }),
} as unknown as INestApplication;
afterEach(() => server.close());

describe('a served document', () => {
  it('is made once, for the route and for the portal, kept by caches for five minutes, and shed before requests of waiting users', async () => {
    const priorities: unknown[] = [];
    server.addHook('onRoute', ({ url, config }) => void priorities.push([url, config?.priority]));
    let made = 0;
    const textOf = serveDocument(app, '/api.json', () => ({ made: ++made }));
    expect(made).toBe(0);
    for (const prepare of uses) prepare();
    expect([textOf(), made]).toEqual(['{"made":1}', 1]);
    for (const answer of [await server.inject('/api.json'), await server.inject('/api.json')]) {
      expect([answer.json(), answer.headers['cache-control']]).toEqual([{ made: 1 }, 'public, max-age=300']);
    }
    expect(priorities).toEqual(expect.arrayContaining([['/api.json', 'background']]));
  });
});
