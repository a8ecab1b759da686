import { InternalTokenVerifier } from '#libs/internal-token';
import { createLogger } from '#libs/observe';
import { listening, type Running } from '#libs/process';
import { openStorage } from '#libs/storage';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { jsonBodies } from './http/json-bodies.ts';
import { observeRequests } from './http/observe-requests.ts';
import { serverOptions } from './http/server-options.ts';
import { migrations } from './migrations.ts';
import { seed } from './seed.ts';
import type { UsersSettings } from './settings.ts';
import { Passwords } from './passwords.ts';
import { type UsersSchema, UserStore } from './user-store.ts';
import { UsersModule } from './users.module.ts';

/** The users service, listening. */
export interface RunningUsers extends Running {
  /** Where it listens: `http://host:port`. */
  url: string;
}

/**
 * Starts the users service: storage, demo data if `SEED` is set, HTTP server.
 * @param logTo where log lines go; standard output if not given
 * @throws {StorageError | PortInUseError}
 */
export async function startUsers(settings: UsersSettings, logTo?: DestinationStream): Promise<RunningUsers> {
  const log = createLogger('users', settings.LOG_LEVEL, logTo);
  const db = await openStorage<UsersSchema>({
    name: 'users',
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.DATA_DIR,
    migrations,
  });
  const passwords = new Passwords();
  const adapter = new FastifyAdapter(serverOptions);
  observeRequests(adapter.getInstance(), log);
  let app: NestFastifyApplication | undefined;
  const stop = async () => {
    await app?.close();
    await db.destroy();
  };

  try {
    if (settings.SEED !== undefined && (await seed(db, passwords, settings.SEED))) log.info('demo users seeded');
    const verifier = new InternalTokenVerifier(settings.INTERNAL_TOKEN_KEY, 'users');
    const module = UsersModule.over({ store: new UserStore(db), passwords, verifier, log });
    app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
      bufferLogs: true,
      bodyParser: false,
      abortOnError: false,
    });
    app.useLogger(app.get(Logger));
    jsonBodies(app);
    await listening(app.listen(settings.PORT, settings.HOST), settings.PORT, 'PORT');
    const url = await app.getUrl();
    log.info({ url, storage: settings.DATABASE_URL ? 'postgres' : 'sqlite' }, 'users listens');
    return { url, stop, fatal: (error, message) => log.fatal({ err: error }, message) };
  } catch (error) {
    await stop();
    throw error;
  }
}
