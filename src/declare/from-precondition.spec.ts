import { GatewayError } from '#libs/errors';
import type { Precondition } from '#libs/upstream';
import { type ArgumentsHost, Catch, Controller, Module, Patch, Put } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { FromPrecondition } from './from-precondition.ts';

@Controller('things')
class TestRoutes {
  @Patch()
  change(@FromPrecondition() precondition: Precondition) {
    return precondition;
  }

  @Put()
  replace(@FromPrecondition({ isRequired: true }) precondition: Precondition) {
    return precondition;
  }
}

@Catch(GatewayError)
class Refusals {
  catch({ status, code }: GatewayError, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().status(status).send({ code });
  }
}

@Module({ controllers: [TestRoutes], providers: [{ provide: APP_FILTER, useClass: Refusals }] })
class TestRoutesModule {}

describe('a write with @FromPrecondition', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(TestRoutesModule, new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
  });
  afterAll(() => app.close());

  const send = async (method: 'PATCH' | 'PUT', headers: Record<string, string>) => {
    const answer = await app.inject({ method, url: '/things', headers });
    return [answer.statusCode, answer.json()];
  };

  it('gets the versions that its headers name', async () => {
    expect(await send('PATCH', { 'if-match': '"v1.x"' })).toEqual([200, { in: ['1'] }]);
    expect(await send('PUT', { 'if-match': '*' })).toEqual([200, {}]);
  });

  it('needs no If-Match, unless that is required', async () => {
    expect(await send('PATCH', {})).toEqual([200, {}]);
    for (const headers of [{}, { 'if-none-match': '*' }] as Record<string, string>[]) {
      const code = 'PRECONDITION_REQUIRED';
      expect(await send('PUT', headers)).toEqual([428, { code }]);
    }
  });
});
