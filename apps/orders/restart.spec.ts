import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { describeStorages, freePort, type Place } from '#libs/testing';
import { afterEach, expect, it } from '@jest/globals';
import { all, ordersClient, inWords, user } from './orders.fixture.ts';

/** A token is valid for a minute. */
const ada = () => user('ada');

/** Processes take a second to start, and several on a busy machine. */
const TIMEOUT_MS = 60_000;

describeStorages('a killed orders service', (storage) => {
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
  });

  const run = async ({ dataDir, databaseUrl }: Place, settings: Record<string, string>) => {
    const PORT = String(await freePort());
    const DATABASE_URL = databaseUrl ?? '';
    const child = fork('apps/orders/main.ts', {
      env: {
        ...process.env,
        NODE_ENV: 'test',
        PORT,
        DATA_DIR: dataDir,
        DATABASE_URL,
        LOG_LEVEL: 'silent',
        ...settings,
      },
      execArgv: ['-C', 'atrium', '--no-warnings', '--import', './tools/swc-register.mjs'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    await once(child, 'message');
    return { child, ...ordersClient(`127.0.0.1:${PORT}`) };
  };

  it(
    'has all confirmed orders after a restart, moves them on, and exits with 0 on SIGTERM',
    async () => {
      const place = await storage.fresh();
      const first = await run(place, { ORDER_STEP_MS: '1500' });
      const placed = await Promise.all(
        Array.from({ length: 10 }, (_, index) => first.place(ada(), { requestId: `q${index}` })),
      );
      await kill(first.child);
      first.client.close();

      const second = await run(place, { ORDER_STEP_MS: '30' });
      const again = await Promise.all(placed.map((_, index) => second.place(ada(), { requestId: `q${index}` })));
      expect(again.map(({ id }) => id)).toEqual(placed.map(({ id }) => id));
      const moves = inWords(await all(second.watch(ada(), placed[0]!.id)));
      expect(moves).toEqual(['1 PLACED', '2 PAID', '3 PACKED', '4 SHIPPED', '5 DELIVERED']);
      second.client.close();
      second.child.kill('SIGTERM');
      expect((await once(second.child, 'exit'))[0]).toBe(0);
    },
    TIMEOUT_MS,
  );
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
