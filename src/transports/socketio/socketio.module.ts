import { IdentityModule } from '#gateway/identity/identity.module';
import { Redis } from '#libs/redis';
import { Module } from '@nestjs/common';
import { ClusterAdapter, clusterAdapter } from './cluster-adapter.ts';
import { SocketIoAdapter } from './socket-io-adapter.ts';
import { SocketIoServer } from './socket-io-server.ts';

const clusterAdapterOver = async (redis: Redis | null): Promise<ClusterAdapter | null> =>
  redis && clusterAdapter(redis);

/** Serves Socket.IO at `/socket.io/`. */
@Module({
  imports: [IdentityModule],
  providers: [
    { provide: ClusterAdapter, useFactory: clusterAdapterOver, inject: [Redis] },
    SocketIoServer,
    SocketIoAdapter,
  ],
  exports: [SocketIoServer],
})
export class SocketIoModule {}
