import { orders } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import { freePort } from '#libs/process';
import { startGrpcService } from '#libs/service';
import { LogLines } from '#libs/testing';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';

@Module({})
class StuckModule {}

/** @param onCall called for each call */
function controllerOf(onCall: () => void) {
  @Controller()
  class NeverAnswers {
    @GrpcMethod('OrdersService')
    listRecentOrders(): Promise<never> {
      onCall();
      return new Promise(() => {});
    }
  }
  return NeverAnswers;
}

/** An orders service that accepts calls and never responds. It logs `call` when a call has ended. */
export async function startStuckOrders() {
  const log = new LogLines();
  const logger = createLogger('orders', 'info', log);
  const service = await startGrpcService({
    name: 'orders',
    url: `127.0.0.1:${await freePort()}`,
    proto: 'shop/orders/v1/orders.proto',
    definition: orders.OrdersServiceService,
    module: { module: StuckModule, controllers: [controllerOf(() => logger.info('arrived'))] },
    settings: { INTERNAL_TOKEN_KEY: [DEMO_INTERNAL_TOKEN_KEY] },
    logger,
    drainMs: 100,
    onStopped: async () => {},
  });
  const received = (requestId: string) => log.first({ requestId, msg: 'arrived' });
  return { address: service.url, log, received, stop: () => service.stop() };
}
