import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { PIPELINE } from '#gateway/edge/pipeline';
import { install, plain, type Stage } from '#gateway/edge/stage/stage';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { type AddedRoute, addedRoutes } from '#test/support/added-routes';
import { pipelineTable } from '#tools/pipeline-table';
import { ApplicationConfig, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';

const HOOKS = [
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
  'onSend',
  'onResponse',
];
const LATER = ['onTimeout', 'onError', 'onRequestAbort'];

type Counts = Record<string, number>;

/** Sees the requests that pass, before any other stage. */
const seen: FastifyRequest[] = [];
const probe = plain({
  name: 'probe',
  file: 'pipeline.ts',
  why: 'Shows the route of a request.',
  on: ['onRequest'],
  hooks: () => ({
    onRequest: (request, _reply, done) => {
      seen.push(request);
      done();
    },
  }),
});

type Hook = { name: string };

/** The hooks that Fastify runs for a request, in their order, by the name of the event. */
async function hooksOn(server: FastifyInstance, method: 'GET' | 'POST' | 'DELETE', url: string) {
  seen.length = 0;
  await server.inject({ method, url });
  const [request] = seen;
  const symbol = Object.getOwnPropertySymbols(request).find(
    ({ description }) => description === 'fastify.context',
  )!;
  const route = (request as unknown as Record<symbol, Record<string, Hook[] | null>>)[symbol]!;
  return new Map([...HOOKS, ...LATER].map((name) => [name, route[name] ?? []]));
}

/** How many hooks Fastify runs for a request, by name. The probe is one of them. */
async function hooksOf(...of: Parameters<typeof hooksOn>): Promise<Counts> {
  return Object.fromEntries([...(await hooksOn(...of))].map(([name, hooks]) => [name, hooks.length]));
}

/** The stages whose hooks Fastify runs for a request, in their order; a plugin adds hooks of its own names. */
async function orderOf(...of: Parameters<typeof hooksOn>): Promise<string[]> {
  const names = PIPELINE.map(({ name }) => name);
  return [...(await hooksOn(...of))].flatMap(([event, hooks]) =>
    hooks
      .map((hook) => hook.name.replace(/^bound /, ''))
      .filter((name) => name.endsWith(`: ${event}`) && names.includes(name.split(':')[0]!)),
  );
}

/** The order of stages in a list. */
const listed = (stages: readonly Stage[]): string[] =>
  [...HOOKS, ...LATER].flatMap((event) =>
    stages
      .filter(({ on, ...stage }) => !('plugin' in stage) && (on as readonly string[]).includes(event))
      .map(({ name }) => `${name}: ${event}`),
  );

const logger = createLogger('gateway', 'silent');
const config = loadConfig({ CORS_ORIGINS: 'https://shop.example' });
let app: NestFastifyApplication;
let routes: AddedRoute[];
let server: FastifyInstance;
beforeAll(async () => {
  const added = await addedRoutes(() => createGateway(config, logger, [probe, ...PIPELINE]));
  app = added.made;
  routes = added.routes;
  server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  await server.ready();
});
afterAll(() => app?.close());

/** What Nest adds to any server of its own. */
async function hooksOfNest(): Promise<Counts> {
  const instance = fastify();
  await install([probe], { server: instance, config, logger });
  const bare = await NestFactory.create<NestFastifyApplication>(class Nothing {}, new FastifyAdapter(instance), {
    logger: false,
  });
  bare.getHttpAdapter().get('/', () => 'nothing');
  await bare.init();
  const counts = await hooksOf(instance, 'GET', '/');
  await bare.close();
  return counts;
}

describe('the pipeline', () => {
  it.each<['GET' | 'POST' | 'DELETE', string]>([
    ['GET', '/v1/home'],
    ['POST', '/v1/orders'],
    ['GET', '/v1/events'],
    ['GET', '/graphql'],
    ['POST', '/graphql'],
    ['GET', '/socket.io/'],
    ['GET', '/openapi.json'],
    ['GET', '/metrics'],
    ['GET', '/livez'],
    ['DELETE', '/v1/home'],
  ])('is all that runs for %s %s, beside what Nest itself adds', async (method, url) => {
    const expected = await hooksOfNest();
    for (const { on } of PIPELINE) for (const name of on) if (name in expected) expected[name]! += 1;
    expect(await hooksOf(server, method, url)).toEqual(expected);
  });

  it.each<['GET' | 'POST', string]>([
    ['GET', '/v1/home'],
    ['POST', '/graphql'],
  ])('runs in the order of its list for %s %s', async (method, url) => {
    expect(await orderOf(server, method, url)).toEqual(listed(PIPELINE));
  });

  it('runs in another order if two of its lines are swapped', async () => {
    const at = PIPELINE.findIndex(({ name }) => name === 'malformed');
    const swapped = PIPELINE.with(at, PIPELINE[at + 1]!).with(at + 1, PIPELINE[at]!);
    const other = await createGateway(config, logger, [probe, ...swapped]);
    const instance = other.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    await instance.ready();
    const order = await orderOf(instance, 'GET', '/v1/home');
    await other.close();
    expect(order).toEqual(listed(swapped));
    expect(order).not.toEqual(listed(PIPELINE));
  });

  it('is all that runs for every other route, too: none brings hooks, nor is one of a plugin', () => {
    // Of HEAD, Fastify itself removes the body.
    const hooksOfRoute = (route: AddedRoute) =>
      [...HOOKS, ...LATER]
        .flatMap((name) => route[name as 'onSend'] ?? [])
        .filter(({ name }) => name !== 'headRouteOnSendHandler');
    const more = routes.filter((route) => route.isOfPlugin || hooksOfRoute(route).length);
    expect(more.map(({ method, url }) => `${String(method)} ${url}`)).toEqual([]);
    expect(routes.length).toBeGreaterThan(200);
  });

  it('is followed by the guards of every route in the order of docs/request-path.md', () => {
    const guards = app.get(ApplicationConfig).getGlobalGuards();
    const names = guards.map((guard) => guard.constructor.name);
    expect(names).toEqual(['LimitsGuard', 'AuthGuard', 'ShapeAnswer']);
    const page = readFileSync(new URL('../../docs/request-path.md', import.meta.url), 'utf8');
    const files = [...page.matchAll(/^\| Guard \d \| `([^`]+)`/gm)].map(([, file]) => file!);
    expect(files.map((file) => readFileSync(file, 'utf8').match(/export class (\w+)/)?.[1])).toEqual(names);
  });

  it('names each stage once, and a file that there is', () => {
    const names = PIPELINE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { file } of PIPELINE) readFileSync(new URL(`../../src/${file}`, import.meta.url));
  });

  it('is the table of docs/request-path.md (npm run schema:write)', () => {
    expect(readFileSync(new URL('../../docs/request-path.md', import.meta.url), 'utf8')).toContain(
      pipelineTable(),
    );
  });
});
