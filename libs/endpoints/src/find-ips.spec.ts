import dns from 'node:dns';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { dnsForTests, eventually } from '#libs/testing';
import { findIps } from './find-ips.ts';

const its = dnsForTests();

/** A name that the system's resolver knows and DNS does not, for example by a search domain. */
const system = (ips: string[] | Error) =>
  jest.spyOn(dns.promises, 'lookup').mockImplementation((async () => {
    if (ips instanceof Error) throw ips;
    return ips.map((address) => ({ address, family: 4 }));
  }) as never);

describe('the addresses of a name', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('are those of all A and AAAA records, valid for the shortest TTL', async () => {
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

  it('are returned immediately if the server drops AAAA queries', async () => {
    its.server.set('drops.test', [{ address: '127.0.0.2', ttl: 5 }], ['A']);
    its.server.set('drops.test', 'SILENT', ['AAAA']);
    expect(await findIps('drops.test')).toEqual({ ips: ['127.0.0.2'], ttlMs: 5_000 });
  });

  it('are those of the hosts file, without a DNS query', async () => {
    its.server.set('localhost', [{ address: '127.0.0.9' }]);
    const { ips } = await findIps('localhost');
    expect(ips).toContain('127.0.0.1');
    expect(ips).not.toContain('127.0.0.9');
    expect(its.server.questions.filter((question) => question.includes('localhost'))).toEqual([]);
  });

  it.each(['NXDOMAIN', 'SERVFAIL', 'SILENT'] as const)(
    "are those of the system's resolver if DNS returns %s, for example because of a search domain",
    async (reply) => {
      its.server.set('short', reply);
      system(['127.0.0.4', '127.0.0.4']);
      expect(await findIps('short')).toEqual({ ips: ['127.0.0.4'], ttlMs: 30_000 });
    },
  );

  it("are not requested from the system's resolver if DNS knows them", async () => {
    its.server.set('known.test', [{ address: '127.0.0.2' }]);
    const lookup = system(['127.0.0.4']);
    expect((await findIps('known.test')).ips).toEqual(['127.0.0.2']);
    expect(lookup).not.toHaveBeenCalled();
  });

  it('fail for an unknown name, with the name in the error', async () => {
    system(new Error('getaddrinfo ENOTFOUND nobody.test'));
    await expect(findIps('nobody.test')).rejects.toThrow(/^nobody\.test cannot be resolved: .*queryA+ ENOTFOUND/);
  });

  it("are requested from the system's resolver once at a time, since each look-up takes a thread", async () => {
    const answer = Promise.withResolvers<{ address: string; family: number }[]>();
    const lookup = jest.spyOn(dns.promises, 'lookup').mockReturnValue(answer.promise as never);
    const all = [findIps('shared.test'), findIps('shared.test')];
    await eventually(
      () => its.server.questions.filter((question) => question.includes('shared.test')).length === 4,
    );
    // DNS answers in order: when this query is refused, the others have been as well.
    all.push(findIps('later.test'));
    await eventually(() => lookup.mock.calls.some(([name]) => name === 'later.test'));
    answer.resolve([{ address: '127.0.0.4', family: 4 }]);
    expect((await Promise.all(all)).map(({ ips }) => ips)).toEqual(Array(3).fill(['127.0.0.4']));
    expect(lookup.mock.calls.map(([name]) => name)).toEqual(['shared.test', 'later.test']);
  });
});
