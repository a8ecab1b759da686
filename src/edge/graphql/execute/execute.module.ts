import { Reserve } from '#gateway/edge/graphql/limits/reserve';
import { Module } from '@nestjs/common';
import { Compiled } from './compiled.ts';

/** What runs operations and what they cost, for Apollo and for the doors beside it. */
@Module({ providers: [Compiled, Reserve], exports: [Compiled, Reserve] })
export class ExecuteModule {}
