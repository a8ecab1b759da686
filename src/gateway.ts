import { hostPort } from '#libs/endpoints';
import { type Logger, startLog } from '#libs/observe';
import { assertPortFree, isWorker, listening, type Running, settleMemory, STOP_MS } from '#libs/process';
import { UpstreamClients, type UpstreamReport } from '#libs/upstream';
import { VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger as NestLogger } from 'nestjs-pino';
import { type Config, filesOf } from './config/config.ts';
import { listenAddresses } from './config/listen-addresses.ts';
import { AdminServer } from './edge/admin-port/admin-server.ts';
import { FirstUses } from './edge/first-uses/first-uses.ts';
import { ErrorReports } from './operations/error-reports/error-reports.ts';
import { LoopBlocks } from './operations/loop-blocks/loop-blocks.ts';
import { ProviderClient } from './identity/provider/provider-client.ts';
import { ReloadSettings } from './operations/reload/reload-settings.ts';
import { Readiness } from './operations/readiness.ts';
import { showOperatorErrors } from './operations/pages/page-errors.ts';
import { Drain } from './edge/drain/drain.ts';
import { limitsBelowCosts } from './edge/limits/limits-below-costs.ts';
import { isSecure } from './edge/listener/listener.ts';
import { collectMethods } from './edge/methods/method-not-allowed.ts';
import { serveFrontPage } from './transports/rest/front-page.ts';
import { showPages } from './transports/html/show-pages.ts';
import { showApi } from './transports/portal/show-api.ts';
import { asyncApiDocument } from './transports/asyncapi/asyncapi.ts';
import { openApiDocuments } from './transports/rest/openapi.ts';
import { serveDocument } from './transports/rest/openapi/serve-document.ts';
import { NestAdapter } from './edge/listener/nest-adapter.ts';
import { createServer, ROUTER_OPTIONS } from './edge/listener/server.ts';
import { SocketIoAdapter } from './transports/socketio/socket-io-adapter.ts';
import { RunJobs } from './jobs/run-jobs.ts';
import { PIPELINE } from './edge/pipeline.ts';
import { install, type Stage } from './edge/stage/stage.ts';
import { OpenStreams } from './edge/streams/open-streams.ts';
import { GatewayModule } from './gateway.module.ts';

/** A running gateway. */
export interface RunningGateway extends Running {
  /** The public URL, for example `http://127.0.0.1:3000`. */
  url: string;
  /** The URL of the admin port. */
  adminUrl: string;
  /** Prepares in quiet moments what would block its first use, returns the memory of the start, and then watches for blocks. */
  settle(): Promise<void>;
  /** The files that its settings were read from. */
  readonly settingFiles: ReadonlySet<string>;
  /** Reloads its settings, if this process is the only one, and reports the outcome to the log. */
  reload(cause: 'file' | 'signal'): void;
}

/** Creates the gateway as a Nest application with all its routes, not yet listening. */
export async function createGateway(
  config: Config,
  logger: Logger,
  stages: readonly Stage[] = PIPELINE,
): Promise<NestFastifyApplication> {
  const server = createServer(config, logger);
  const bind = await install(stages, { server, config, logger });
  const methods = collectMethods(server, ROUTER_OPTIONS);
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.with(config, logger),
    new NestAdapter(server),
    { logger: startLog(logger), abortOnError: false, bodyParser: false },
  );
  bind((provider) => app.get(provider, { strict: false }));
  app.useWebSocketAdapter(app.get(SocketIoAdapter));
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  const openApiOf = openApiDocuments(app);
  serveDocument(app, '/openapi.json', () => openApiOf('3.1'));
  const openApi = serveDocument(app, '/openapi.3.2.json', () => openApiOf('3.2'));
  const asyncApi = serveDocument(app, '/asyncapi.json', () => asyncApiDocument(app));
  showApi(app, { openApi, asyncApi });
  const pages = showPages(app);
  showOperatorErrors(app);
  serveFrontPage(app, config.PORTAL === 'on', config.NODE_ENV === 'development' ? pages?.home : undefined);
  await app.init();
  app.useLogger(app.get(NestLogger));
  methods.close();
  return app;
}

/**
 * Starts the gateway on its public and its admin port.
 * @throws {ListenError}
 */
export async function startGateway(config: Config, logger: Logger): Promise<RunningGateway> {
  // Before all that a start costs. Of workers, the first process has checked it.
  if (!isWorker) for (const address of listenAddresses(config)) await assertPortFree(...address);
  const app = await createGateway(config, logger);
  const stop = () => app.close();
  try {
    await listening(app.listen(config.PORT, config.HOST), config.PORT, 'PORT');
    const adminPort = await app.get(AdminServer).listen();
    app.get(Readiness).opened();
    app.get(RunJobs).start(logger);
    const { port } = app.getHttpServer().address() as { port: number };
    const at = {
      url: `${isSecure(config) ? 'https' : 'http'}://${hostPort(config.HOST, port)}`,
      adminUrl: `http://${hostPort(config.ADMIN_HOST, adminPort)}`,
    };
    for (const file of filesOf(config).exposed)
      logger.warn({ file }, 'others on this machine can read or change this file with a secret: chmod 600');
    for (const limit of limitsBelowCosts(app))
      logger.warn(limit, 'single requests cost more than the limit: they are always refused');
    for (const client of app.get(UpstreamClients).all())
      if (client.prepare) app.get(FirstUses).add(() => client.prepare!());
    logger.info({ ...at, upstreams: app.get(UpstreamClients).report().map(asConfigured) }, 'listening');
    return {
      ...at,
      drain: () => {
        app.get(Readiness).closing();
        app.get(OpenStreams).shutDown(config.DRAIN_MS);
        void app.get(RunJobs).close();
        app.get(ProviderClient, { strict: false }).close();
        return app.get(Drain).run(config.DRAIN_MS);
      },
      stop,
      stopMs: config.DRAIN_MS + STOP_MS,
      settle: async () => {
        if (!(await app.get(FirstUses).prepare())) return;
        settleMemory();
        app.get(LoopBlocks, { strict: false }).start();
      },
      get settingFiles() {
        return app.get(ReloadSettings, { strict: false }).files;
      },
      reload: (cause) => void app.get(ReloadSettings, { strict: false }).triggered(cause),
      fatal: (error, message) => {
        logger.fatal({ err: error }, message);
        app.get(ErrorReports).fatal(error);
      },
      warn: (message) => logger.warn(message),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const asConfigured = ({ name, settings, targets }: UpstreamReport & { targets: readonly string[] }) => ({
  name,
  addresses: targets,
  settings,
});
