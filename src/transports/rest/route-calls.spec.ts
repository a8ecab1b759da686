import { loadConfig } from '#gateway/config/config';
import { Answers } from '#gateway/declare/answers';
import { Limiter } from '#gateway/edge/limits/limiter';
import { LimitStoreMemory } from '#gateway/edge/limits/limit-store.memory';
import { CallCounts } from '#gateway/transports/usage/call-counts';
import { aContext } from '#libs/testing';
import { View, ViewField } from '#libs/view';
import { Controller, Delete, Get, Module, Param } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ApiExcludeController, ApiExcludeEndpoint } from '@nestjs/swagger';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { RouteCalls } from './route-calls.ts';
import { ShapeAnswer } from './shape-answer.ts';

@View('CountedBook')
class BookView {
  @ViewField(() => String)
  id!: string;

  @ViewField(() => String)
  title!: string;
}

@Controller('v1/books')
class BooksController {
  @Answers(BookView)
  @Get(':bookId')
  book(@Param('bookId') id: string) {
    return { id, title: 'Emma' };
  }

  @Delete(':bookId')
  remove() {}

  @ApiExcludeEndpoint()
  @Get()
  hidden() {
    return {};
  }
}

@ApiExcludeController()
@Controller('admin')
class HiddenController {
  @Get()
  hidden() {
    return {};
  }
}

const config = loadConfig({});
const counts = new CallCounts(config);

@Module({
  controllers: [BooksController, HiddenController],
  providers: [
    { provide: Limiter, useValue: new Limiter(config, new LimitStoreMemory()) },
    { provide: RouteCalls, useValue: new RouteCalls(counts) },
    { provide: APP_GUARD, useClass: ShapeAnswer },
  ],
})
class BooksModule {}

describe('calls of REST operations', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(BooksModule, new FastifyAdapter(), { logger: false });
    const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
    server.decorateRequest('context');
    server.addHook('onRequest', (request, _reply, done) => {
      request.context = aContext({
        client: { address: '', userAgent: '', app: request.headers['x-client'] as string },
      });
      done();
    });
    await app.init();
  });
  afterAll(() => app?.close());
  afterEach(() => void counts.collect());

  const send = (method: 'GET' | 'DELETE', url: string, client = 'web/1') =>
    app.inject({ method, url, headers: { 'x-client': client } });
  const counted = () => counts.collect().map(({ operation, client, calls }) => [operation.name, client, calls]);

  it('are counted as the document names them, by client', async () => {
    for (const client of ['web/1', 'ios/7', 'web/1']) await send('GET', '/v1/books/b1', client);
    await send('DELETE', '/v1/books/b2');
    expect(counted()).toEqual([
      ['GET /v1/books/{bookId}', 'web/1', 2],
      ['GET /v1/books/{bookId}', 'ios/7', 1],
      ['DELETE /v1/books/{bookId}', 'web/1', 1],
    ]);
  });

  it('are counted by the fields that they select, in whichever order', async () => {
    for (const fields of ['title,id', ' id , title,id', 'title'])
      await send('GET', `/v1/books/b1?fields=${fields}`);
    expect(counted()).toEqual([
      ['GET /v1/books/{bookId}?fields=id,title', 'web/1', 1],
      ['GET /v1/books/{bookId}?fields=id,title', 'web/1', 1],
      ['GET /v1/books/{bookId}?fields=title', 'web/1', 1],
    ]);
  });

  it('are not counted for fields that there are not, nor of what the document does not have', async () => {
    expect((await send('GET', '/v1/books/b1?fields=nope')).statusCode).not.toBe(200);
    for (const path of ['/v1/books', '/admin']) expect((await send('GET', path)).statusCode).toBe(200);
    expect(counted()).toEqual([]);
  });

  it('count as for the whole answer beyond 300 selections at a time, and beyond 300 characters', async () => {
    const padded = (n: number) => `${' '.repeat(n % 20)}title${' '.repeat(n / 20)},id`;
    for (let n = 1; n < 400; n += 1) await send('GET', `/v1/books/b1?fields=${padded(n)}`);
    const calls = counts.collect();
    const whole = calls.find(({ operation }) => operation.name === 'GET /v1/books/{bookId}');
    expect([calls.length, whole?.calls]).toEqual([301, 99]);
    await send('GET', `/v1/books/b1?fields=title,${'id,'.repeat(100)}id`);
    expect(counted()).toEqual([['GET /v1/books/{bookId}', 'web/1', 1]]);
  });
});
