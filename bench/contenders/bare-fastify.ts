// Fastify and the three calls.
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { home, announce } from './shop.ts';

const server = fastify();
server.get('/', () => home('u0'));
await server.listen({ port: 0, host: '127.0.0.1' });
announce((server.server.address() as AddressInfo).port);
