import { loadConfig } from '#gateway/config/config';
import { Limiter } from '#gateway/edge/limits/limiter';
import { LimitStoreMemory } from '#gateway/edge/limits/limit-store.memory';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Deprecated, deprecationHeaders } from '#gateway/declare/deprecated';
import { type MessageAnswer, SocketMessage } from '#gateway/transports/socketio/socket-message';
import { aContext } from '#libs/testing';
import type { FastifyRequest } from 'fastify';
import { CallCounts } from '#gateway/transports/usage/call-counts';
import { RouteCalls } from './route-calls.ts';
import { ShapeAnswer } from './shape-answer.ts';

@Controller()
class Doors {
  @Deprecated({ since: '2026-01-01', sunset: '2027-01-01T00:00:00Z', link: 'https://atrium.example/changes' })
  @Get('old')
  old() {
    return 'old';
  }

  @Get('new')
  fresh() {
    return 'new';
  }
}

const limiter = new Limiter(loadConfig({}), new LimitStoreMemory());
const calls = new RouteCalls(new CallCounts(loadConfig({ USAGE_DAYS: '0' })));

@Module({
  controllers: [Doors],
  providers: [
    { provide: Limiter, useValue: limiter },
    { provide: RouteCalls, useValue: calls },
    { provide: APP_GUARD, useClass: ShapeAnswer },
  ],
})
class TestRoutesModule {}

describe('a deprecated route', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(TestRoutesModule, new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
  });
  afterAll(() => app.close());

  it('sends Deprecation, Sunset and Link with every response', async () => {
    const { headers } = await app.inject('/old');
    expect(headers).toMatchObject({
      deprecation: '@1767225600',
      sunset: 'Fri, 01 Jan 2027 00:00:00 GMT',
      link: '<https://atrium.example/changes>; rel="deprecation"',
    });
    expect((await app.inject('/new')).headers).not.toHaveProperty('deprecation');
  });

  it('may have no sunset date', () => {
    expect(deprecationHeaders({ since: '2026-01-01' })).toEqual({ deprecation: '@1767225600' });
  });
});

describe('a deprecated message of a socket', () => {
  /** The acknowledgement of a message that a handler has answered. */
  function acknowledged(handler: (this: void) => unknown): MessageAnswer {
    let sent!: MessageAnswer;
    const message = new SocketMessage(aContext(), {} as FastifyRequest, 'old', {}, (answer) => (sent = answer));
    const execution = new ExecutionContextHost([{}, message], Doors, handler);
    execution.setType('ws');
    expect(new ShapeAnswer(limiter, calls).canActivate(execution)).toBe(true);
    message.answer('old');
    return sent;
  }

  it('announces its end in each acknowledgement', () => {
    const { old, fresh } = Doors.prototype;
    const deprecation = {
      since: '2026-01-01',
      sunset: '2027-01-01T00:00:00Z',
      link: 'https://atrium.example/changes',
    };
    expect(acknowledged(old)).toEqual({ data: 'old', deprecation });
    expect(acknowledged(fresh)).toEqual({ data: 'old' });
  });
});
