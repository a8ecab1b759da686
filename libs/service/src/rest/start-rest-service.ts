import { type CallerSettings, InternalTokenVerifier, openVerifier } from '#libs/internal-token';
import { type Logger, onlyWarnings, openCallTraces, type OtelSettings, startLog } from '#libs/observe';
import { assertPortFree, listening, type Running } from '#libs/process';
import { type ModuleMetadata, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LoggerModule, Logger as NestLogger } from 'nestjs-pino';
import { CallerGuard } from './caller.guard.ts';
import { DeadlineInterceptor } from './deadline.interceptor.ts';
import { jsonBodies } from './json-bodies.ts';
import { observeRequests } from './observe-requests.ts';
import { Operations, OperationsController } from './operations.controller.ts';
import { ProblemFilter } from './problem.filter.ts';
import { serverOptions } from './server-options.ts';

/** Options of a REST service. */
export interface RestServiceOptions extends Operations {
  /** The audience of the internal tokens that it accepts. */
  name: string;
  settings: { HOST: string; PORT: number } & CallerSettings & OtelSettings;
  /** What answers its routes. */
  controllers: ModuleMetadata['controllers'];
  /** The providers of the controllers. */
  providers: Provider[];
  logger: Logger;
  /** The body limit in bytes, if the default is too small. */
  bodyLimitBytes?: number;
  /** Closes resources after the last request. */
  onStopped: () => Promise<void>;
}

/** A running REST service. */
export interface RunningRestService extends Running {
  /** `http://host:port`. */
  url: string;
}

class RestService {}

/**
 * Starts a Nest application with the common parts of REST services: request ids, authentication, deadline, problem
 * details, probes, OpenAPI document.
 * @throws {ListenError}
 */
export async function startRestService(options: RestServiceOptions): Promise<RunningRestService> {
  const { name, settings, logger } = options;
  const adapter = new FastifyAdapter(serverOptions(options.bodyLimitBytes));
  const traces = await openCallTraces(settings, name, logger);
  const [verifier, stopWatching] = openVerifier(name, settings, logger);
  observeRequests(adapter.getInstance(), logger, traces);
  const module = {
    module: RestService,
    // `observeRequests` writes access lines; of Nest's own only warnings are relevant.
    imports: [
      LoggerModule.forRoot({ pinoHttp: { logger: onlyWarnings(logger), autoLogging: false }, forRoutes: [] }),
    ],
    controllers: [...options.controllers!, OperationsController],
    providers: [
      ...options.providers,
      { provide: Operations, useValue: options },
      { provide: InternalTokenVerifier, useValue: verifier },
      { provide: APP_GUARD, useClass: CallerGuard },
      { provide: APP_INTERCEPTOR, useClass: DeadlineInterceptor },
      { provide: APP_FILTER, useValue: new ProblemFilter(logger) },
    ],
  };
  let app: NestFastifyApplication | undefined;
  const stop = async () => {
    stopWatching();
    await app?.close();
    await options.onStopped();
    await traces?.close();
  };

  try {
    await assertPortFree(settings.HOST, settings.PORT, 'PORT');
    app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      logger: startLog(logger),
      bodyParser: false,
      abortOnError: false,
    });
    app.useLogger(app.get(NestLogger));
    jsonBodies(app);
    await listening(app.listen(settings.PORT, settings.HOST), settings.PORT, 'PORT');
    const url = await app.getUrl();
    logger.info({ url }, 'listening');
    return {
      url,
      stop,
      fatal: (error, message) => logger.fatal({ err: error }, message),
      warn: (message) => logger.warn(message),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
