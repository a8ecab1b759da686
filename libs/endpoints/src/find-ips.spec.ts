import dns from 'node:dns';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { dnsForTests } from '#libs/testing';
import { findIps } from './find-ips.ts';

const its = dnsForTests();

/** What the system's resolver knows of a name that DNS does not: search domains and so on are its business. */
const system = (ips: string[] | Error) =>
  jest.spyOn(dns.promises, 'lookup').mockImplementation((async () => {
    if (ips instanceof Error) throw ips;
    return ips.map((address) => ({ address, family: 4 }));
  }) as never);

/** Waits for a condition, however slow the machine. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the addresses of a name', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('are those of all A and AAAA records, for as long as the shortest TTL', async () => {
    its.server.set('all.test', [
      { address: '::1', ttl: 40 },
      { address: '127.0.0.2', ttl: 70 },
      { address: '127.0.0.3', ttl: 20 },
      { address: '127.0.0.2', ttl: 70 },
    ]);
    const { ips, ttlMs } = await findIps('all.test');
    expect([ips.slice(0, 2).toSorted(), ips[2], ttlMs]).toEqual([['127.0.0.2', '127.0.0.3'], '::1', 20_000]);
  });

  it.each([
    ['A', '127.0.0.2'],
    ['AAAA', 'fd00::7'],
  ])('may be of one family: %s', async (type, address) => {
    its.server.set('one.test', [{ address, ttl: 5 }]);
    expect([type, await findIps('one.test')]).toEqual([type, { ips: [address], ttlMs: 5_000 }]);
  });

  it('come at once where the server drops questions for AAAA', async () => {
    its.server.set('drops.test', [{ address: '127.0.0.2', ttl: 5 }], ['A']);
    its.server.set('drops.test', 'SILENT', ['AAAA']);
    expect(await findIps('drops.test')).toEqual({ ips: ['127.0.0.2'], ttlMs: 5_000 });
  });

  it('are those of the hosts file, which DNS is not asked about', async () => {
    its.server.set('localhost', [{ address: '127.0.0.9' }]);
    const { ips } = await findIps('localhost');
    expect(ips).toContain('127.0.0.1');
    expect(ips).not.toContain('127.0.0.9');
    expect(its.server.questions.filter((question) => question.includes('localhost'))).toEqual([]);
  });

  it.each(['NXDOMAIN', 'SERVFAIL', 'SILENT'] as const)(
    'are what the system knows where DNS says %s: search domains are its business',
    async (reply) => {
      its.server.set('short', reply);
      system(['127.0.0.4', '127.0.0.4']);
      expect(await findIps('short')).toEqual({ ips: ['127.0.0.4'], ttlMs: 30_000 });
    },
  );

  it('are not asked of the system where DNS knows them', async () => {
    its.server.set('known.test', [{ address: '127.0.0.2' }]);
    const lookup = system(['127.0.0.4']);
    expect((await findIps('known.test')).ips).toEqual(['127.0.0.2']);
    expect(lookup).not.toHaveBeenCalled();
  });

  it('fail where nobody knows them, by name', async () => {
    system(new Error('getaddrinfo ENOTFOUND nobody.test'));
    await expect(findIps('nobody.test')).rejects.toThrow(/^nobody\.test cannot be resolved: .*queryA+ ENOTFOUND/);
  });

  it('are asked of the system once at a time, since each question takes a thread', async () => {
    const answer = Promise.withResolvers<{ address: string; family: number }[]>();
    const lookup = jest.spyOn(dns.promises, 'lookup').mockReturnValue(answer.promise as never);
    const all = [findIps('shared.test'), findIps('shared.test')];
    await until(() => its.server.questions.filter((question) => question.includes('shared.test')).length === 4);
    // DNS answers in turn: by the time this one is refused, the others have been.
    all.push(findIps('later.test'));
    await until(() => lookup.mock.calls.some(([name]) => name === 'later.test'));
    answer.resolve([{ address: '127.0.0.4', family: 4 }]);
    expect((await Promise.all(all)).map(({ ips }) => ips)).toEqual(Array(3).fill(['127.0.0.4']));
    expect(lookup.mock.calls.map(([name]) => name)).toEqual(['shared.test', 'later.test']);
  });
});
