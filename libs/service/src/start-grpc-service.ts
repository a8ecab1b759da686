import { byRpcName } from '#libs/contracts';
import { type CallerSettings, openVerifier } from '#libs/internal-token';
import { type Logger, onlyWarnings, openCallTraces, type OtelSettings } from '#libs/observe';
import type { Running } from '#libs/process';
import type { Server, ServiceDefinition } from '@grpc/grpc-js';
import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { Logger as NestLogger, PinoLogger } from 'nestjs-pino';
import { OpenCalls } from './open-calls.ts';
import { addReflection, Health } from './probes.ts';
import { RefusalFilter } from './refusal.filter.ts';

/** Options of a gRPC service. */
export interface GrpcServiceOptions {
  /** The audience of the internal tokens that it accepts. */
  name: string;
  /** `host:port`, see `listenUrl`. */
  url: string;
  /** Its proto file in `libs/contracts/proto`, for reflection. */
  proto: string;
  /** Its generated definition. */
  definition: ServiceDefinition;
  /** The module with the controllers of its RPCs. */
  module: DynamicModule;
  /** A file with its keys is read again when it changes. */
  settings: CallerSettings;
  /** Where its traces are sent; without them it has none. */
  telemetry?: OtelSettings;
  logger: Logger;
  /** The grace period for calls in flight during shutdown. */
  drainMs?: number;
  /** Closes resources after the last call. */
  onStopped: () => Promise<void>;
}

/** A running gRPC service. */
export interface RunningGrpcService extends Running {
  /** `host:port`. */
  url: string;
}

/**
 * Starts a Nest microservice with the common parts of gRPC services: context, authentication, errors, health,
 * reflection. If it cannot start, all that was opened is closed, `onStopped` included.
 */
export async function startGrpcService(options: GrpcServiceOptions): Promise<RunningGrpcService> {
  const { url, logger } = options;
  const service = Object.values(options.definition)[0]!.path.split('/')[1]!;
  const domain = service.slice(0, service.lastIndexOf('.'));
  const [verifier, stopWatching] = openVerifier(options.name, options.settings, logger);
  const traces = await openCallTraces(options.telemetry, options.name, logger);
  const calls = new OpenCalls({ domain, verifier, logger, traces });
  const health = new Health(service);
  let server: Server;
  let app: INestMicroservice | undefined;
  const stop = async () => {
    stopWatching();
    health.stopServing();
    calls.interruptStreams();
    if (app) await closeWithin(options.drainMs ?? 5_000, app, server);
    await options.onStopped();
    await traces?.close();
  };

  try {
    app = await NestFactory.createMicroservice<GrpcOptions>(options.module, {
      transport: Transport.GRPC,
      options: {
        url,
        package: domain,
        packageDefinition: { [service]: byRpcName(options.definition) },
        gracefulShutdown: true,
        channelOptions: { interceptors: [calls.interceptor] } as object,
        onLoadPackageDefinition: (_, itsServer: Server) => {
          server = itsServer;
          health.addTo(server);
          addReflection(server, options.proto);
        },
      },
      logger: new NestLogger(new PinoLogger({ pinoHttp: { logger: onlyWarnings(logger) } }), {}),
      abortOnError: false,
    });
    app.useGlobalFilters(new RefusalFilter(domain, logger));
    await app.listen();
  } catch (error) {
    await stop();
    throw error;
  }
  logger.info({ url }, 'listening');

  return {
    url,
    stop: async () => {
      await stop();
      logger.info('stopped');
    },
    fatal: (error, message) => logger.fatal({ err: error }, message),
    warn: (message) => logger.warn(message),
  };
}

async function closeWithin(milliseconds: number, app: INestMicroservice, server: Server): Promise<void> {
  const late = setTimeout(() => server.forceShutdown(), milliseconds);
  await app.close();
  clearTimeout(late);
}
