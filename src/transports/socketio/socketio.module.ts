import { IdentityModule } from '#gateway/identity/identity.module';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { AcrossGateways, acrossGateways } from './across-gateways.ts';
import { SocketIoAdapter } from './socket-io-adapter.ts';
import { SocketIoDoor } from './socket-io-door.ts';

const acrossOver = async (redis: Redis | null): Promise<AcrossGateways | null> => redis && acrossGateways(redis);

/** Serves Socket.IO at `/socket.io/`. */
@Module({
  imports: [IdentityModule],
  providers: [{ provide: AcrossGateways, useFactory: acrossOver, inject: [Redis] }, SocketIoDoor, SocketIoAdapter],
  exports: [SocketIoDoor],
})
export class SocketIoModule {}
