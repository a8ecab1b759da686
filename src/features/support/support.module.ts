import { Config } from '#gateway/config/config';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { EnterRoom } from './enter-room.ts';
import { MessageLogMemory } from './message-log.memory.ts';
import { MessageLogRedis } from './message-log.redis.ts';
import { MessageLog } from './message-log.ts';
import { ReadMessages } from './read-messages.ts';
import { Rooms } from './rooms.ts';
import { SendMessage } from './send-message.ts';
import { SupportGateway } from './support.gateway.ts';

const logOver = (redis: Redis | null, { CHAT_MEMORY_BYTES }: Config): MessageLog =>
  redis ? new MessageLogRedis(redis) : new MessageLogMemory(CHAT_MEMORY_BYTES);

@Module({
  providers: [
    { provide: MessageLog, useFactory: logOver, inject: [Redis, Config] },
    EnterRoom,
    ReadMessages,
    SendMessage,
    Rooms,
    SupportGateway,
  ],
})
export class SupportModule {}
