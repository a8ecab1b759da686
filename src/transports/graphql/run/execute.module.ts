import { Reserve } from '#gateway/transports/graphql/limits/reserve';
import { Module } from '@nestjs/common';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { Executor } from '#gateway/transports/graphql/execute/executor';

/** Runs GraphQL operations, limits their cost and formats their errors, for every transport. */
@Module({ providers: [Executor, Reserve, ErrorFormat], exports: [Executor, Reserve, ErrorFormat] })
export class ExecuteModule {}
