// Apollo Server on Fastify, as its documentation has it.
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import { fastify } from 'fastify';
import { context, resolvers, typeDefs } from './graphql-shop.ts';
import { announce } from './shop.ts';

const server = fastify();
const apollo = new ApolloServer<ReturnType<typeof context>>({ typeDefs, resolvers });
await apollo.start();
await server.register(fastifyApollo(apollo), { context: async () => context() });
await server.listen({ port: 0, host: '127.0.0.1' });
announce((server.server.address() as AddressInfo).port);
