import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ShapeAnswer } from './shape-answer.ts';

/** How answers of REST routes are written. */
@Module({ providers: [{ provide: APP_GUARD, useClass: ShapeAnswer }] })
export class RestModule {}
