import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { loadConfig } from '#gateway/config/config';
import { createLogger, type Logger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import type { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { PinoLogger } from 'nestjs-pino';
import { ConnectionLimit } from '#gateway/edge/connections/connection-limit';
import { PIPELINE } from '#gateway/edge/pipeline';
import { install } from '#gateway/edge/stage/stage';
import { MemoryPressure } from '#gateway/edge/shedding/memory-pressure';
import { Shedding } from '#gateway/edge/shedding/shedding';
import { RequestRecordings } from '#gateway/edge/tracing/request-recordings';
import { collectMethods } from '#gateway/edge/methods/method-not-allowed';
import { createServer, ROUTER_OPTIONS } from './server.ts';

/** A listening server with the pipeline and some routes. */
export interface Served {
  url: string;
  port: number;
  log: LogLines;
  recordings: RequestRecordings;
  /** Sends raw bytes, and resolves to everything received until the server closes the connection. */
  raw(request: string): Promise<string>;
  /** The number of open connections. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

/** Serves routes behind the pipeline of the gateway, without Nest's controllers; errors are answered as there. */
export async function serve(
  routes: (server: FastifyInstance, logger: Logger) => unknown,
  environment: Record<string, string> = {},
  shedding?: Shedding,
): Promise<Served> {
  const log = new LogLines();
  const logger = createLogger('gateway', 'info', log);
  const config = loadConfig(environment);
  const server = createServer(config, logger);
  const host = { httpAdapter: { getHttpServer: () => server.server } } as unknown as HttpAdapterHost;
  const connectionLimit = new ConnectionLimit(config, host, logger as unknown as PinoLogger);
  connectionLimit.onModuleInit();
  const recordings = new RequestRecordings();
  const sheds = shedding ?? new Shedding(config, new MemoryPressure());
  const provided = new Map<unknown, unknown>([
    [ConnectionLimit, connectionLimit],
    [Shedding, sheds],
    [RequestRecordings, recordings],
  ]);
  const stages = PIPELINE.filter((stage) => !('provider' in stage) || provided.has(stage.provider));
  const bind = await install(stages, { server, config, logger });
  server.decorateRequest('isOperator', false);
  bind(<Type>(provider: unknown) => provided.get(provider) as Type);
  const methods = collectMethods(server, ROUTER_OPTIONS);
  await server.register(async (inner) => void (await routes(inner, logger)));
  methods.close();
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(url).port);
  const raw = (request: string) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(request);
    return text(socket);
  };
  const connections = () =>
    new Promise<number>((resolve) => void server.server.getConnections((_, count) => resolve(count)));
  return {
    url,
    port,
    log,
    recordings,
    raw,
    connections,
    stop: () => {
      sheds.onApplicationShutdown();
      return server.close();
    },
  };
}
