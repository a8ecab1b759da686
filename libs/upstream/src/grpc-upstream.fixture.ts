import { orders } from '#libs/contracts';
import type { GrpcImplementation } from '#libs/grpc';
import { type handleUnaryCall, type Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation, type ServingStatusMap } from 'grpc-health-check';
import { afterEach } from '@jest/globals';
import { GrpcClient } from './grpc-client.ts';
import { clientOptions } from './policies/upstream.fixture.ts';

/** Both implementations of the client: what is promised is promised of each. */
export const GRPC_IMPLEMENTATIONS: readonly GrpcImplementation[] = ['http2', 'grpc-js'];

/** What an upstream does with a call. */
export type CancelOrder = handleUnaryCall<orders.CancelOrderRequest, orders.CancelOrderResponse>;

/** A call as it arrived at the upstream. */
export interface ReceivedRequest {
  id: string;
  metadata: Metadata;
  /** How long the upstream was given, in milliseconds. */
  timeoutMs: number;
}

/** The RPC that every test calls. */
export const rpc = orders.OrdersServiceService.cancelOrder;

/** Starts gRPC upstreams and clients, and ends them after each test. */
export function grpcUpstreams(implementation: GrpcImplementation) {
  const cleanups: Array<() => Promise<void> | void> = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** An upstream whose health is `health` ('' is the whole server). */
  const upstream = async (
    answer: CancelOrder,
    { port = 0, health }: { port?: number; health?: ServingStatusMap } = {},
  ) => {
    const received: ReceivedRequest[] = [];
    const server = new Server();
    server.addService(orders.OrdersServiceService, {
      cancelOrder: ((call, done) => {
        const timeoutMs = Number(call.getDeadline()) - Date.now();
        received.push({ id: call.request.id, metadata: call.metadata, timeoutMs });
        answer(call, done);
      }) satisfies CancelOrder,
    } as never);
    if (health) new HealthImplementation(health).addToServer(server);
    const bound = await new Promise<number>((resolve, reject) => {
      const credentials = ServerCredentials.createInsecure();
      server.bindAsync(`127.0.0.1:${port}`, credentials, (error, its) => (error ? reject(error) : resolve(its)));
    });
    const stop = () => server.forceShutdown();
    cleanups.push(stop);
    return { address: `127.0.0.1:${bound}`, port: bound, received, stop };
  };

  const clientOf = (address: string): GrpcClient => {
    const client = new GrpcClient([address], { ...clientOptions('orders'), implementation });
    cleanups.push(() => client.close());
    return client;
  };

  return { upstream, clientOf };
}
