import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { ApolloServer } from '@apollo/server';
import { SwaggerModule } from '@nestjs/swagger';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { freePort } from '#libs/testing';
import { LogLines } from '#libs/testing';

/** Many people log in while the first of them waits for Apollo Server to be loaded: so it is loaded before. */
describe('what a gateway loads or makes at its first use', () => {
  const sockets: Socket[] = [];
  let hung: Server;
  let gateway: RunningGateway;
  beforeAll(async () => {
    hung = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(hung, 'listening');
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    hung.close();
  });

  const made = jest.spyOn(SwaggerModule, 'createDocument');
  const started = jest.spyOn(ApolloServer.prototype, 'start');
  beforeEach(async () => {
    made.mockClear();
    started.mockClear();
    const { port } = hung.address() as { port: number };
    const config = loadConfig({
      PORT: `${await freePort()}`,
      ADMIN_PORT: `${await freePort()}`,
      JOBS_FILE: ':memory:',
      PRODUCTS_URL: `127.0.0.1:${port}`,
    });
    gateway = await startGateway(config, createLogger('gateway', 'info', new LogLines()));
  });
  afterEach(() => gateway.stop());

  const get = async (path: string) => (await fetch(`${gateway.url}${path}`)).status;
  const mutate = async () => {
    const body = JSON.stringify({ query: 'mutation { logout(input: { refreshToken: "none" }) { __typename } }' });
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return answer.status;
  };

  it('is there before, once nothing is under way after the start', async () => {
    expect([made, started].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    await gateway.settle();
    const before = [made, started].map(({ mock }) => mock.calls.length);
    expect(before).toEqual([2, 1]);
    for (const path of ['/openapi.json', '/openapi.3.2.json', '/asyncapi.json']) expect(await get(path)).toBe(200);
    expect(await mutate()).toBe(200);
    expect([made, started].map(({ mock }) => mock.calls.length)).toEqual(before);
  });

  it('is made by a request that comes before, and then not again', async () => {
    expect(await get('/openapi.json')).toBe(200);
    expect(await mutate()).toBe(200);
    await gateway.settle();
    expect([made, started].map(({ mock }) => mock.calls.length)).toEqual([2, 1]);
  });

  it('waits for requests that are under way', async () => {
    let isUnderWay = true;
    const slow = get('/v1/products').then((status) => {
      isUnderWay = false;
      return status;
    });
    await once(hung, 'connection');
    const seen: boolean[] = [];
    made.mockImplementationOnce((...args) => {
      seen.push(isUnderWay);
      made.mockRestore();
      return SwaggerModule.createDocument(...args);
    });
    await gateway.settle();
    expect(await slow).toBe(502);
    expect(seen).toEqual([false]);
  });

  it('is not prepared by a gateway that stops', async () => {
    const settled = gateway.settle();
    await gateway.stop();
    await settled;
    expect(made).not.toHaveBeenCalled();
  });
});
