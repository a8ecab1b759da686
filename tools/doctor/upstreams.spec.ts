import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as NetServer } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { freePort } from '#libs/testing';
import { serviceForSpec } from '#test/support/services';
import { checkUpstreams } from './upstreams.ts';

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});

async function portOf(server: NetServer): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A REST service whose health check answers this status. @param path of it */
const aRestService = (status: number, path = '/readyz') =>
  portOf(createServer((request, response) => void response.writeHead(request.url === path ? status : 404).end()));

/** One that accepts connections and never answers. */
const aSilentServer = () => {
  const server = createTcpServer((socket) => closers.unshift(() => socket.destroy()));
  return portOf(server);
};

/** A gRPC service that reports this status. */
async function aGrpcService(status: 'SERVING' | 'NOT_SERVING'): Promise<number> {
  const server = new Server();
  new HealthImplementation({ '': status }).addToServer(server);
  closers.push(() => server.forceShutdown());
  const bound = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error ? bound.reject(error) : bound.resolve(port),
  );
  return bound.promise;
}

/** What is found about the upstreams that these settings name. */
async function found(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const config = loadConfig(environment);
  const findings = await checkUpstreams({ environment, config, data: undefined });
  return findings
    .filter(({ about }) => about.split(' ')[0]! in environment)
    .map(({ level, about, message }) => `${level} ${about.split(' ')[0]}: ${message}`);
}

describe('what npm run doctor asks of upstreams', () => {
  it('is whether they are ready, by their health check over REST and gRPC', async () => {
    const orders = await serviceForSpec('orders');
    closers.push(() => orders.close());
    const USERS_URL = `http://127.0.0.1:${await aRestService(200)}`;
    expect(await found({ USERS_URL, ORDERS_URL: orders.address })).toEqual([
      'ok USERS_URL: is ready, by GET /readyz',
      'ok ORDERS_URL: is ready, by grpc.health.v1.Health/Check',
    ]);
  });

  it('finds those that are not ready', async () => {
    const USERS_URL = `http://127.0.0.1:${await aRestService(503)}`;
    const ORDERS_URL = `127.0.0.1:${await aGrpcService('NOT_SERVING')}`;
    expect(await found({ USERS_URL, ORDERS_URL })).toEqual([
      'problem USERS_URL: accepts connections, and is not ready, by GET /readyz: parts of answers that need it are missing',
      'problem ORDERS_URL: accepts connections, and is not ready, by grpc.health.v1.Health/Check: parts of answers that need it are missing',
    ]);
  });

  it('finds those that hang, or speak another protocol', async () => {
    const silent = await aSilentServer();
    const [USERS_URL, ORDERS_URL] = [`http://127.0.0.1:${silent}`, `127.0.0.1:${silent}`];
    const PRODUCTS_URL = `127.0.0.1:${await aRestService(200)}`;
    expect(await found({ USERS_URL, ORDERS_URL, PRODUCTS_URL })).toEqual([
      expect.stringMatching(/^problem USERS_URL: accepts connections, and does not answer GET \/readyz: \S/),
      expect.stringMatching(/^problem ORDERS_URL: accepts connections, and does not answer grpc\.health\S+: \S/),
      expect.stringMatching(/^problem PRODUCTS_URL: accepts connections, and does not answer grpc\.health\S+: \S/),
    ]);
  });

  it('asks each address, and takes an external provider that has no health check of ours', async () => {
    const [ready, gone] = [await aRestService(200), await freePort()];
    const USERS_URL = `http://127.0.0.1:${ready},http://127.0.0.1:${gone}`;
    const ASSISTANT_URL = `http://127.0.0.1:${await aRestService(200, '/v1/models')}`;
    const environment = { USERS_URL, ASSISTANT_URL };
    expect(await found({ ...environment, ASSISTANT_API_KEY: 'a key' })).toEqual([
      'ok USERS_URL: is ready, by GET /readyz',
      expect.stringMatching(/^problem USERS_URL: cannot be reached: .*ECONNREFUSED/),
      'ok ASSISTANT_URL: is ready, by GET /readyz',
    ]);
    expect((await found(environment)).at(-1)).toContain('problem ASSISTANT_URL: accepts connections, and is not');
  });
});
