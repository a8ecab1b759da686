import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AdminModule } from './admin/admin.module.ts';
import { AuthModule } from './auth/auth.module.ts';
import { ShapeAnswer } from './doors/shape-answer.ts';
import { ProblemFilter } from './errors/problem.filter.ts';
import { GraphqlDoorModule } from './graphql/graphql.module.ts';
import { Drain } from './http/drain.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { SocketsModule } from './sockets/sockets.module.ts';
import { StreamsModule } from './streams/streams.module.ts';

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
