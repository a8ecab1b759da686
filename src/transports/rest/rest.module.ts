import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ShapeAnswer } from './shape-answer.ts';

/** Serializes the responses of REST routes. */
@Module({ providers: [{ provide: APP_GUARD, useClass: ShapeAnswer }] })
export class RestModule {}
