import { AuthModule } from '#gateway/identity/identity.module';
import { Upgrades } from '#gateway/edge/listener/upgrades';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { AcrossGateways, acrossGateways } from './across-gateways.ts';
import { SocketIoAdapter } from './socket-io-adapter.ts';
import { SocketIoDoor } from './socket-io-door.ts';

const acrossOver = async (redis: Redis | null): Promise<AcrossGateways | null> => redis && acrossGateways(redis);

/** Requests for another protocol, and the Socket.IO door. */
@Module({
  imports: [AuthModule],
  providers: [
    { provide: AcrossGateways, useFactory: acrossOver, inject: [Redis] },
    Upgrades,
    SocketIoDoor,
    SocketIoAdapter,
  ],
  exports: [Upgrades, SocketIoDoor],
})
export class SocketsModule {}
