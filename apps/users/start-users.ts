import { usersDocument } from '#libs/contracts';
import { createLogger, type Logger } from '#libs/observe';
import { openServiceStorage, type RunningRestService, startRestService } from '#libs/service';
import type { DestinationStream } from 'pino';
import { CredentialChecksController } from './credential-checks.controller.ts';
import { migrations } from './migrations.ts';
import { openDemoAccounts } from './open-demo-accounts.ts';
import { Passwords } from './passwords.ts';
import { seed } from './seed.ts';
import type { UsersSettings } from './settings.ts';
import { type UsersSchema, UserStore } from './user-store.ts';
import { UsersController } from './users.controller.ts';

/**
 * Starts the users service: storage, demo data if `SEED` is set, HTTP server. In production it warns of demo accounts
 * with public passwords, whenever they were created.
 * @param logTo where log lines go; standard output if not given
 * @throws {StorageError | PortInUseError}
 */
export async function startUsers(settings: UsersSettings, logTo?: DestinationStream): Promise<RunningRestService> {
  const logger = createLogger('users', settings.LOG_LEVEL, logTo);
  const passwords = new Passwords();
  const storage = await openServiceStorage<UsersSchema>('users', settings, migrations, async (db) => {
    if (settings.SEED !== undefined && (await seed(db, passwords, settings.SEED)))
      logger.info('demo users seeded');
    if (settings.NODE_ENV === 'production') await warnOfDemoAccounts(new UserStore(db), passwords, logger);
  });
  const store = new UserStore(storage.db);
  return startRestService({
    name: 'users',
    settings,
    document: usersDocument(),
    controllers: [UsersController, CredentialChecksController],
    providers: [
      { provide: UserStore, useValue: store },
      { provide: Passwords, useValue: passwords },
    ],
    logger,
    isReady: () => store.isReachable(),
    onStopped: () => storage.close(),
  });
}

async function warnOfDemoAccounts(store: UserStore, passwords: Passwords, logger: Logger): Promise<void> {
  const accounts = await openDemoAccounts(store, passwords);
  if (!accounts.length) return;
  logger.warn(
    { accounts },
    'DEMO ACCOUNTS IN PRODUCTION: anybody can log in to these, their passwords are public',
  );
}
