import { AuthModule } from '#gateway/edge/auth/auth.module';
import { Upgrades } from '#gateway/edge/http/upgrades';
import { Module } from '@nestjs/common';
import { SocketIoAdapter } from './socket-io-adapter.ts';
import { SocketIoDoor } from './socket-io-door.ts';

/** Requests for another protocol, and the Socket.IO door. */
@Module({
  imports: [AuthModule],
  providers: [Upgrades, SocketIoDoor, SocketIoAdapter],
  exports: [Upgrades, SocketIoDoor],
})
export class SocketsModule {}
