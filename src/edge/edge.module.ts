import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AdminModule } from '#gateway/operations/operations.module';
import { AuthModule } from '#gateway/identity/identity.module';
import { ShapeAnswer } from '#gateway/transports/rest/shape-answer';
import { ProblemFilter } from './errors/problem.filter.ts';
import { GraphqlDoorModule } from '#gateway/transports/graphql/graphql.module';
import { Drain } from './drain/drain.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { SocketsModule } from '#gateway/transports/socketio/socketio.module';
import { StreamsModule } from '#gateway/transports/sse/sse.module';

/** What happens to every request around a door. What happens before and after is in `pipeline.ts`. */
@Module({
  // In the order of their guards: who asks too much is not looked at further.
  imports: [LimitsModule, AuthModule, AdminModule, GraphqlDoorModule, StreamsModule, SocketsModule],
  providers: [
    Drain,
    { provide: APP_GUARD, useClass: ShapeAnswer },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class EdgeModule {}
