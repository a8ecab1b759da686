import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { load } from '#study/support/packages';

/** What each framework is given: a log of the order, and the parts of a home page. */
export interface Given {
  log: (word: string) => void;
  home: () => Promise<object>;
}

/** A server with middleware A and B around `/`, a handler that throws at `/fail`, and `/home`. */
export interface Running {
  url: string;
  close: () => Promise<unknown>;
}

const SECRET = () => {
  throw new Error('the password is 1234');
};

/** Listens on a free port. */
export async function listening(server: Server): Promise<Running> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise((resolve) => (server.close(resolve), server.closeAllConnections()));
  return { url: `http://127.0.0.1:${port}`, close };
}

async function express({ log, home }: Given): Promise<Running> {
  const app = (await load<any>('express')).default();
  // It prints errors otherwise.
  app.set('env', 'test');
  for (const name of ['A', 'B'])
    app.use((_request: unknown, response: any, next: () => void) => {
      log(name);
      response.on('finish', () => log(name));
      next();
    });
  app.get('/', (_request: unknown, response: any) => (log('handler'), response.json({})));
  app.get('/home', async (_request: unknown, response: any) => response.json(await home()));
  app.get('/fail', async () => SECRET());
  return listening(createServer(app));
}

async function koa({ log, home }: Given): Promise<Running> {
  const app = new (await load<any>('koa')).default();
  app.silent = true;
  for (const name of ['A', 'B'])
    app.use(async (_context: unknown, next: () => Promise<void>) => {
      log(name);
      await next();
      log(name);
    });
  app.use(async (context: any) => {
    if (context.path === '/fail') SECRET();
    if (context.path === '/home') context.body = await home();
    else context.body = (log('handler'), {});
  });
  return listening(createServer(app.callback()));
}

async function fastify({ log, home }: Given): Promise<Running> {
  const { default: create } = await import('fastify');
  const app = create();
  for (const name of ['A', 'B']) {
    app.addHook('onRequest', async () => log(name));
    app.addHook('onResponse', async () => log(name));
  }
  app.get('/', async () => (log('handler'), {}));
  app.get('/home', home);
  app.get('/fail', async () => SECRET());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}

async function hono({ log, home }: Given): Promise<Running> {
  const { Hono } = await load<any>('hono');
  const { getRequestListener } = await load<any>('@hono/node-server');
  const app = new Hono();
  for (const name of ['A', 'B'])
    app.use(async (_context: unknown, next: () => Promise<void>) => {
      log(name);
      await next();
      log(name);
    });
  app.get('/', (context: any) => (log('handler'), context.json({})));
  app.get('/home', async (context: any) => context.json(await home()));
  app.get('/fail', async () => SECRET());
  const report = console.error;
  const running = await listening(createServer(getRequestListener(app.fetch)));
  // Its default handler prints the error.
  console.error = () => {};
  return { ...running, close: () => ((console.error = report), running.close()) };
}

/** The frameworks by name; that of the gateway is in nest.ts. */
export const FRAMEWORKS: Record<string, (given: Given) => Promise<Running>> = { express, koa, fastify, hono };
