import { eventually, ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { SessionEnds } from './session-ends.ts';

const server = await ownRedisForTests();
const hasRedis = !('skip' in server);
const connections = redisConnections();
afterAll(async () => {
  await connections.close();
  if (hasRedis) await server.stop();
});

(hasRedis ? describe : describe.skip)('the end of a session', () => {
  it.each([-8, 8])(
    'is known at every gateway though the clock of a gateway is %p hours off that of Redis',
    async (hours) => {
      const [here, there] = [
        new SessionEnds(await connections.connected((server as { url: string }).url)),
        new SessionEnds(await connections.connected((server as { url: string }).url)),
      ];
      const now = Date.now;
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + hours * 3_600_000);
      try {
        await here.add(`session-${hours}`, 'logout');
        await eventually(() => there.has(`session-${hours}`));
        expect(here.has(`session-${hours}`)).toBe(true);
      } finally {
        clock.mockRestore();
        for (const ends of [here, there]) ends.onApplicationShutdown();
      }
    },
  );
});
