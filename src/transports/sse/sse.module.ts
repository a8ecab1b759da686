import { redisKeys } from '#gateway/config/redis-keys';
import { IdentityModule } from '#gateway/identity/identity.module';
import { EventLog, EventLogMemory, EventLogRedis } from '#libs/events';
import { Redis } from '#libs/redis';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Broadcasts } from './broadcasts.ts';
import { PartByPart } from './part-by-part.ts';
import { StreamPipe } from './stream-pipe.ts';
import { StreamResponder } from './stream-responder.ts';
import { StreamsController } from './streams.controller.ts';

const eventLogOver = (redis: Redis | null): EventLog =>
  redis ? new EventLogRedis(redis, redisKeys.events()) : new EventLogMemory();

/** Provides the event log, and the streams that publish its events. */
@Global()
@Module({
  imports: [IdentityModule],
  controllers: [StreamsController],
  providers: [
    { provide: EventLog, useFactory: eventLogOver, inject: [Redis] },
    StreamResponder,
    PartByPart,
    StreamPipe,
    Broadcasts,
  ],
  exports: [EventLog, StreamResponder, PartByPart, StreamPipe],
})
export class SseModule implements OnApplicationShutdown {
  constructor(private readonly eventLog: EventLog) {}

  onApplicationShutdown(): Promise<void> {
    return this.eventLog.close();
  }
}
