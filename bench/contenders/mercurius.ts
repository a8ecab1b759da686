// Mercurius with its JIT on bare Fastify, and nothing else on it.
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyPluginAsync } from 'fastify';
import { context, resolvers, typeDefs } from './graphql-shop.ts';
import { announce } from './shop.ts';

// Its types would change those of graphql's errors everywhere.
const mercurius = createRequire(import.meta.url)('mercurius') as FastifyPluginAsync<Record<string, unknown>>;

const server = fastify();
await server.register(mercurius, { schema: typeDefs, resolvers, context, jit: 1 });
await server.listen({ port: 0, host: '127.0.0.1' });
announce((server.server.address() as AddressInfo).port);
