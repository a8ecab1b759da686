import { once } from 'node:events';
import { createServer } from 'node:http';
import { createLogger } from '#libs/observe';
import { listening, type Running } from '#libs/process';
import { Provider } from 'oidc-provider';
import type { DestinationStream } from 'pino';
import { clientOf, configurationFor, INTERACTION_PATH } from './configuration.ts';
import { interact } from './interactions.ts';
import type { IdentitySettings } from './settings.ts';

/** A running provider. */
export interface RunningIdentity extends Running {
  /** Its issuer. */
  url: string;
}

/**
 * Starts an OpenID provider with the demo accounts, to try the gateway's login. It stores everything in memory, and is
 * not for production.
 * @param logTo where log lines go; standard output if not given
 * @throws {PortInUseError}
 */
export async function startIdentity(
  { HOST, PORT, GATEWAY_URL, LOG_LEVEL }: IdentitySettings,
  logTo?: DestinationStream,
): Promise<RunningIdentity> {
  const logger = createLogger('identity', LOG_LEVEL, logTo);
  const url = `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
  const provider = new Provider(url, await configurationFor(clientOf(GATEWAY_URL)));
  provider.on('server_error', (_context, err) => logger.error({ err }, 'the provider failed'));
  provider.on('backchannel.error', (_context, err) => logger.warn({ err }, 'a logout token was rejected'));
  const answer = provider.callback();
  const server = createServer((request, response) => {
    const failed = (err: unknown) => {
      logger.error({ err }, 'a login page failed');
      response.writeHead(500).end();
    };
    if (request.url!.startsWith(INTERACTION_PATH)) interact(provider, request, response).catch(failed);
    else void answer(request, response);
  });
  await listening(
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(PORT, HOST, resolve);
    }),
    PORT,
    'PORT',
  );
  logger.info({ url }, 'listening');
  return {
    url,
    async stop() {
      logger.info('stopping');
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
    fatal: (err, message) => logger.fatal({ err }, message),
    warn: (message) => logger.warn(message),
  };
}
