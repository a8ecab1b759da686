import { IdentityModule } from '#gateway/identity/identity.module';
import { Module } from '@nestjs/common';
import { SocketIoAdapter } from './socket-io-adapter.ts';
import { SocketIoServer } from './socket-io-server.ts';

/** Serves Socket.IO at `/socket.io/`. */
@Module({
  imports: [IdentityModule],
  providers: [SocketIoServer, SocketIoAdapter],
  exports: [SocketIoServer],
})
export class SocketIoModule {}
