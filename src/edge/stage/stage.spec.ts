import { expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { createLogger } from '#libs/observe';
import { fastify, type FastifyRequest } from 'fastify';
import { type Hooks, install, plain, provided, type Stage } from './stage.ts';

/** The hooks that ran in a request, in their order. */
async function order(of: (happened: string[]) => Stage[], lookup: unknown = {}): Promise<string[]> {
  const happened: string[] = [];
  const server = fastify();
  const parts = { server, config: loadConfig({}), logger: createLogger('gateway', 'silent') };
  const bind = await install(of(happened), parts);
  bind(<Type>() => lookup as Type);
  server.post('/', () => 'answered');
  await server.inject({ method: 'POST', url: '/', payload: { a: 1 } });
  await server.close();
  return happened;
}

const described = { file: 'stage.spec.ts', why: 'It is tried.' };

const noting = (happened: string[], name: string): Stage =>
  plain({
    ...described,
    name,
    on: ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onSend', 'onResponse', 'preClose'],
    hooks: () => ({
      onRequest: (_request, _reply, done) => {
        happened.push(`${name} request`);
        done();
      },
      preParsing: (_request, _reply, payload, done) => {
        happened.push(`${name} parsing`);
        done(null, payload);
      },
      preValidation: (_request, _reply, done) => {
        happened.push(`${name} read`);
        done();
      },
      preHandler: (_request, _reply, done) => {
        happened.push(`${name} handler`);
        done();
      },
      onSend: (_request, _reply, payload, done) => {
        happened.push(`${name} answer`);
        done(null, payload);
      },
      onResponse: (_request, _reply, done) => {
        happened.push(`${name} sent`);
        done();
      },
      preClose: (done) => {
        happened.push(`${name} close`);
        done();
      },
    }),
  });

it('stages run in the order of their list, on the way in and out', async () => {
  const inOrder = await order((happened) => [noting(happened, 'a'), noting(happened, 'b')]);
  const steps = ['request', 'parsing', 'read', 'handler', 'answer', 'sent', 'close'];
  expect(inOrder).toEqual(steps.flatMap((step) => [`a ${step}`, `b ${step}`]));
});

it('two stages that are swapped run in the other order', async () => {
  const swapped = await order((happened) => [noting(happened, 'b'), noting(happened, 'a')]);
  expect(swapped.slice(0, 2)).toEqual(['b request', 'a request']);
});

it('a plugin keeps its position in the order', async () => {
  const happened = await order((seen) => {
    const plugged: Stage = {
      ...described,
      name: 'plugin',
      on: ['onRequest'],
      plugin: ({ server }) => {
        const plugin = (_inner: unknown, _options: unknown, done: () => void) => {
          server.addHook('onRequest', (_request, _reply, next) => {
            seen.push('plugin request');
            next();
          });
          done();
        };
        return server.register(plugin);
      },
    };
    return [noting(seen, 'a'), plugged, noting(seen, 'b')];
  });
  expect(happened.slice(0, 3)).toEqual(['a request', 'plugin request', 'b request']);
});

it('a provider is looked up once the providers exist, and its methods are its hooks', async () => {
  class Counting implements Pick<Hooks, 'onRequest' | 'onSend'> {
    seen: string[] = [];
    onRequest(...[request, , done]: Parameters<Hooks['onRequest']>): void {
      this.seen.push(request.method);
      done();
    }
    onSend(...[, , payload, done]: Parameters<Hooks['onSend']>): void {
      this.seen.push(String(payload));
      done(null, payload);
    }
  }
  const counting = new Counting();
  await order(
    () => [provided({ ...described, name: 'counting', on: ['onRequest', 'onSend'], provider: Counting })],
    counting,
  );
  expect(counting.seen).toEqual(['POST', 'answered']);
});

it('all routes have the same hooks, which Fastify would bind for each of them', async () => {
  const server = fastify();
  const parts = { server, config: loadConfig({}), logger: createLogger('gateway', 'silent') };
  await install([noting([], 'a')], parts);
  const hooks: unknown[] = [];
  for (const path of ['/one', '/other'])
    server.get(path, (request) => hooks.push(...contextOf(request).onRequest, ...contextOf(request).onSend));
  for (const url of ['/one', '/other']) await server.inject({ url });
  expect(hooks).toHaveLength(4);
  expect(new Set(hooks).size).toBe(2);
  await server.close();
});

it('a hook may be that of several servers', async () => {
  const onRequest: Hooks['onRequest'] = (_request, reply) => void reply.code(204).send();
  const shared = plain({
    name: 'shared',
    file: 'shared.ts',
    why: '',
    on: ['onRequest'],
    hooks: () => ({ onRequest }),
  });
  for (const server of [fastify(), fastify()]) {
    await install([shared], { server, config: loadConfig({}), logger: createLogger('gateway', 'silent') });
    server.get('/', () => 'none');
    expect((await server.inject('/')).statusCode).toBe(204);
    await server.close();
  }
});

/** What Fastify holds for the route of a request. */
function contextOf(request: FastifyRequest): Record<'onRequest' | 'onSend', unknown[]> {
  const held = Object.getOwnPropertySymbols(request).find((symbol) => symbol.description === 'fastify.context');
  return (request as unknown as Record<symbol, Record<'onRequest' | 'onSend', unknown[]>>)[held!]!;
}
