import { Reserve } from '#gateway/transports/graphql/limits/reserve';
import { Module } from '@nestjs/common';
import { ErrorFormat } from '#gateway/transports/graphql/format-error';
import { Compiled } from './compiled.ts';

/** What runs operations, what they cost and how their errors are published, for every transport. */
@Module({ providers: [Compiled, Reserve, ErrorFormat], exports: [Compiled, Reserve, ErrorFormat] })
export class ExecuteModule {}
