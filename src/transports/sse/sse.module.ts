import { redisKeys } from '#gateway/config/redis-keys';
import { IdentityModule } from '#gateway/identity/identity.module';
import { Spine, SpineMemory, SpineRedis } from '#libs/events';
import { Redis } from '#libs/redis';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Broadcasts } from './broadcasts.ts';
import { PartByPart } from './part-by-part.ts';
import { Relay } from './relay.ts';
import { StreamDoor } from './stream-door.ts';
import { StreamsController } from './streams.controller.ts';

const spineOver = (redis: Redis | null): Spine =>
  redis ? new SpineRedis(redis, redisKeys.events()) : new SpineMemory();

/** Provides the event log, and the streams that publish its events. */
@Global()
@Module({
  imports: [IdentityModule],
  controllers: [StreamsController],
  providers: [
    { provide: Spine, useFactory: spineOver, inject: [Redis] },
    StreamDoor,
    PartByPart,
    Relay,
    Broadcasts,
  ],
  exports: [Spine, StreamDoor, PartByPart, Relay],
})
export class SseModule implements OnApplicationShutdown {
  constructor(private readonly spine: Spine) {}

  onApplicationShutdown(): Promise<void> {
    return this.spine.close();
  }
}
