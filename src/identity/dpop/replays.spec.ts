import { ownRedisForTests, redisConnections } from '#libs/testing';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { PROOF_LIFE_MS } from './proof.ts';
import { ProofReplays } from './replays.ts';

const server = await ownRedisForTests();
const hasRedis = !('skip' in server);
const connections = redisConnections();
afterAll(async () => {
  await connections.close();
  if (hasRedis) await server.stop();
});
afterEach(() => void jest.restoreAllMocks());

describe('the id of a DPoP proof', () => {
  it('is accepted once for each key', async () => {
    const replays = new ProofReplays(null);
    expect(await replays.isFirst('key', 'id')).toBe(true);
    expect(await replays.isFirst('key', 'id')).toBe(false);
    expect(await replays.isFirst('other key', 'id')).toBe(true);
    expect(await replays.isFirst('key', 'other id')).toBe(true);
  });

  it('is accepted once of many at the same moment', async () => {
    const replays = new ProofReplays(null);
    const all = await Promise.all(Array.from({ length: 20 }, () => replays.isFirst('key', 'id')));
    expect(all.filter(Boolean)).toHaveLength(1);
  });

  it('is stored for as long as its proof is valid, and dropped after twice that time', async () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const replays = new ProofReplays(null);
    now = PROOF_LIFE_MS - 1;
    await replays.isFirst('key', 'late in its period');
    now += PROOF_LIFE_MS - 1;
    expect(await replays.isFirst('key', 'late in its period')).toBe(false);
    now += 2 * PROOF_LIFE_MS;
    expect(await replays.isFirst('key', 'late in its period')).toBe(true);
  });

  it('is refused if more than half a million are stored', async () => {
    const replays = new ProofReplays(null);
    jest.spyOn(Set.prototype, 'size', 'get').mockReturnValue(500_000);
    await expect(replays.isFirst('key', 'id')).rejects.toMatchObject({ code: 'OVERLOADED', source: 'dpop' });
  });

  it('is accepted once at each gateway while Redis is down', async () => {
    const replays = new ProofReplays(await connections.lost());
    expect(await replays.isFirst('key', 'id')).toBe(true);
    expect(await replays.isFirst('key', 'id')).toBe(false);
  });
});

if (hasRedis) {
  describe('the id of a DPoP proof at gateways with a shared Redis', () => {
    it('is accepted once by all of them', async () => {
      const { url } = server as { url: string };
      const [one, other] = [await connections.connected(url), await connections.connected(url)];
      const gateways = [new ProofReplays(one), new ProofReplays(other)];
      const all = await Promise.all(gateways.map((replays) => replays.isFirst('key', 'shared')));
      expect(all.filter(Boolean)).toHaveLength(1);
      const left = await one.pttl((await one.keys('atrium:dpop:*'))[0]!);
      expect(left > 60_000 && left <= PROOF_LIFE_MS).toBe(true);
    });
  });
}
