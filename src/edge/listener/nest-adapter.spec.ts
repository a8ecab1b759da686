import { describe, expect, it } from '@jest/globals';
import { Catch, Controller, Get, HttpException, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fastify } from 'fastify';
import { NestAdapter } from './nest-adapter.ts';

@Catch()
class Filter {
  catch(): never {
    throw new HttpException('by the filter', 418);
  }
}

@Controller()
class Things {
  @Get('refused')
  refused(): string {
    return 'never reached';
  }
}

@Module({ controllers: [Things], providers: [{ provide: APP_FILTER, useClass: Filter }] })
class ThingsModule {}

describe('the adapter to Nest', () => {
  it("leaves errors of stages to the server, which answers them without Nest's filters", async () => {
    const server = fastify();
    server.setErrorHandler((_thrown, _request, reply) => void reply.status(503).send('by the server'));
    server.addHook('onRequest', (_request, _reply, done) => done(new Error('refused')));
    const app = await NestFactory.create<NestFastifyApplication>(ThingsModule, new NestAdapter(server), {
      logger: false,
    });
    await app.init();
    const { statusCode, body } = await app.inject('/refused');
    expect([statusCode, body]).toEqual([503, 'by the server']);
    await app.close();
  });
});
