import { orders } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY } from '#libs/internal-token';
import { createLogger, type OtelSettings } from '#libs/observe';
import { credentials } from '@grpc/grpc-js';
import { afterEach } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CallContext, Context } from './call-context.ts';
import { GrpcStream } from './grpc-stream.ts';
import { listenUrl } from './listen-url.ts';
import { startGrpcService } from './start-grpc-service.ts';

/** The behaviour of the service in a test. */
export interface Handlers {
  unary(context: CallContext, request: orders.CancelOrderRequest): Promise<orders.CancelOrderResponse>;
  stream(context: CallContext): AsyncIterable<orders.WatchOrderResponse>;
}

/** A line of a log. */
export type LogLine = Record<string, unknown>;

/** Starts services with given handlers, and stops them after each test. */
export function servicesForTests() {
  const cleanups: Array<() => Promise<void> | void> = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  return async (handlers: Partial<Handlers>, telemetry?: OtelSettings) => {
    const log: LogLine[] = [];
    const logger = createLogger('test', 'debug', { write: (line) => void log.push(JSON.parse(line)) });
    const running = await startGrpcService({
      name: 'orders',
      url: await listenUrl({ HOST: '127.0.0.1', PORT: 0 }),
      proto: 'shop/orders/v1/orders.proto',
      definition: orders.OrdersServiceService,
      module: { module: ModuleForTests, controllers: [controllerOf(handlers)] },
      settings: { INTERNAL_TOKEN_KEY: [DEMO_INTERNAL_TOKEN_KEY] },
      telemetry,
      logger,
      drainMs: 500,
      onStopped: async () => logger.info('everything is closed'),
    });
    const client = new orders.OrdersServiceClient(running.url, credentials.createInsecure());
    let stopped: Promise<void> | undefined;
    const stop = () => (stopped ??= running.stop());
    cleanups.push(stop, () => client.close());
    return { url: running.url, stop, client, log };
  };
}

@Module({})
class ModuleForTests {}

function controllerOf({ unary, stream }: Partial<Handlers>) {
  @Controller()
  class ControllerForTests {
    @GrpcMethod('OrdersService')
    cancelOrder(@Context() context: CallContext, @Payload() request: orders.CancelOrderRequest) {
      return unary!(context, request);
    }

    @GrpcStream('OrdersService')
    watchOrder(@Context() context: CallContext) {
      return stream!(context);
    }
  }
  return ControllerForTests;
}
