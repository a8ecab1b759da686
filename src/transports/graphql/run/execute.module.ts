import { Reserve } from '#gateway/transports/graphql/limits/reserve';
import { Module } from '@nestjs/common';
import { ErrorFormat } from '#gateway/transports/graphql/errors/format-error';
import { Compiled } from '#gateway/transports/graphql/execute/compiled';

/** Runs GraphQL operations, limits their cost and formats their errors, for every transport. */
@Module({ providers: [Compiled, Reserve, ErrorFormat], exports: [Compiled, Reserve, ErrorFormat] })
export class ExecuteModule {}
