import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { isUncompressed, Uncompressed } from './uncompressed.ts';

@Uncompressed()
@Controller('secrets')
class Secrets {
  @Get('one')
  one() {}

  @Get('other')
  other() {}
}

@Controller('pages')
class Pages {
  @Get()
  page() {}

  @Uncompressed()
  @Get('token')
  token() {}
}

@Module({ controllers: [Secrets, Pages] })
class RoutesModule {}

const found: Record<string, boolean> = {};
let app: NestFastifyApplication;
beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(RoutesModule, new FastifyAdapter(), { logger: false });
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  server.addHook('onRequest', (request, _, done) => {
    found[`${request.method} ${request.url}`] = isUncompressed(request);
    done();
  });
  await app.init();
});
afterAll(() => app.close());

it('a route, or all routes of a controller, can disable compression without affecting others', async () => {
  for (const url of ['/secrets/one', '/secrets/other', '/pages', '/pages/token', '/none'])
    await app.inject({ method: 'GET', url });
  await app.inject({ method: 'HEAD', url: '/secrets/one' });
  expect(found).toEqual({
    'GET /secrets/one': true,
    'GET /secrets/other': true,
    'GET /pages': false,
    'GET /pages/token': true,
    'GET /none': false,
    'HEAD /secrets/one': true,
  });
});
