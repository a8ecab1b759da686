import { Config } from '#gateway/config/config';
import { IdentityModule } from '#gateway/identity/identity.module';
import { PersonalData } from '#gateway/identity/personal-data';
import { SocketIoModule } from '#gateway/transports/socketio/socketio.module';
import { Redis } from '#libs/redis';
import { Module, type OnModuleInit } from '@nestjs/common';
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
  imports: [IdentityModule, SocketIoModule],
  providers: [
    { provide: MessageLog, useFactory: logOver, inject: [Redis, Config] },
    EnterRoom,
    ReadMessages,
    SendMessage,
    Rooms,
    SupportGateway,
  ],
  exports: [ReadMessages, Rooms],
})
export class SupportModule implements OnModuleInit {
  constructor(
    private readonly log: MessageLog,
    private readonly personalData: PersonalData,
  ) {}

  onModuleInit(): void {
    this.personalData.add((userId) => this.log.deleteMember(userId));
  }
}
