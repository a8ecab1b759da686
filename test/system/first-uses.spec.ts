import type { ServerHttp2Stream } from 'node:http2';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { SwaggerModule } from '@nestjs/swagger';
import { Server as SocketIo } from 'socket.io';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { products } from '#libs/contracts';
import { freePort, LogLines, LyingGrpc } from '#libs/testing';
import { unhurried } from '#test/support/unhurried';
import { io } from 'socket.io-client';

/** Many people log in while the first of them waits for Apollo Server to be loaded: so it is loaded before. */
describe('what a gateway loads or makes at its first use', () => {
  let stuck: LyingGrpc;
  let gateway: RunningGateway;
  let folder: string;
  let log: LogLines;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'first-uses-'));
    stuck = await LyingGrpc.open(products.ProductsServiceService, {});
  });
  afterAll(async () => {
    await stuck?.close();
    rmSync(folder, { recursive: true });
  });

  const made = jest.spyOn(SwaggerModule, 'createDocument');
  const started = jest.spyOn(ApolloServer.prototype, 'start');
  const bound = jest.spyOn(SocketIo.prototype, 'bind');
  const compiling = jest.spyOn(Ajv2020.prototype, 'compile');
  /** How often routes were explored, Apollo Server started, and Socket.IO made. */
  const counts = () => [made, started, bound].map(({ mock }) => mock.calls.length);
  beforeEach(async () => {
    for (const one of [made, started, bound, compiling]) one.mockClear();
    await open();
  });
  afterEach(() => gateway.stop());

  const open = async (settings: Record<string, string> = {}) => {
    const config = loadConfig({
      PORT: `${await freePort()}`,
      ADMIN_PORT: `${await freePort()}`,
      JOBS_FILE: ':memory:',
      PRODUCTS_URL: stuck.address,
      ...settings,
    });
    log = new LogLines();
    gateway = await startGateway(config, createLogger('gateway', 'info', log));
  };

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

  /** A socket without a token. @returns the code of its refusal */
  const connectSocket = async () => {
    const socket = io(gateway.url, { transports: ['websocket'], reconnection: false });
    const { message } = await new Promise<Error>((resolve) => void socket.once('connect_error', resolve));
    socket.close();
    return message;
  };

  it('is there before, once nothing is under way after the start', async () => {
    expect(counts()).toEqual([0, 0, 0]);
    await gateway.settle();
    expect(counts()).toEqual([1, 1, 1]);
    expect(log.lines.filter(({ level }) => level !== 'info')).toEqual([]);
    for (const path of ['/openapi.json', '/openapi.3.2.json', '/asyncapi.json']) expect(await get(path)).toBe(200);
    expect(await mutate()).toBe(200);
    expect(await connectSocket()).toBe('UNAUTHENTICATED');
    expect(counts()).toEqual([1, 1, 1]);
  });

  it('is made by a request that comes before, and then not again', async () => {
    expect(await get('/openapi.json')).toBe(200);
    expect(await mutate()).toBe(200);
    expect(await connectSocket()).toBe('UNAUTHENTICATED');
    await gateway.settle();
    expect(counts()).toEqual([1, 1, 1]);
  });

  it.each(['on', 'off'])('waits for requests that are under way, with SHEDDING=%s', async (SHEDDING) => {
    await gateway.stop();
    await open({ ...unhurried(folder), SHEDDING });
    const called = Promise.withResolvers<ServerHttp2Stream>();
    stuck.answerWith((stream) => called.resolve(stream));
    const slow = get('/v1/products');
    const call = await called.promise;
    const settled = gateway.settle();
    // The first would be prepared after 1.1 s.
    await passed(1_500);
    expect(counts()).toEqual([0, 0, 0]);
    call.close();
    expect(await slow).toBeGreaterThanOrEqual(500);
    await settled;
    expect(counts()).toEqual([1, 1, 1]);
  });

  it('has the checks of what services of REST answer, which no start compiles', async () => {
    expect(compiling).not.toHaveBeenCalled();
    await gateway.settle();
    const checks = compiling.mock.calls.length;
    expect(checks).toBeGreaterThan(5);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ email: 'a@b.example', password: 'a password' });
    await fetch(`${gateway.url}/v1/auth/login`, { method: 'POST', headers, body });
    expect(compiling).toHaveBeenCalledTimes(checks);
  });

  it('is not prepared by a gateway that stops', async () => {
    const settled = gateway.settle();
    await gateway.stop();
    await settled;
    expect(made).not.toHaveBeenCalled();
  });
});
