import { UsageModule } from '#gateway/transports/usage/usage.module';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RouteCalls } from './route-calls.ts';
import { ShapeAnswer } from './shape-answer.ts';

/** Serializes the responses of REST routes, and counts their calls. */
@Module({ imports: [UsageModule], providers: [RouteCalls, { provide: APP_GUARD, useClass: ShapeAnswer }] })
export class RestModule {}
