import dns from 'node:dns';
import { DnsServer } from './dns-server.ts';
import { jestGlobals } from './jest-globals.ts';

/**
 * A DNS server on loopback that Node uses while the tests of a file run. Names under `.test` are reserved (RFC 6761).
 */
export function dnsForTests(): { readonly server: DnsServer } {
  const before = dns.getServers();
  const its = {} as { server: DnsServer };
  const { beforeAll, afterAll } = jestGlobals();
  beforeAll(async () => {
    its.server = await DnsServer.start();
    dns.setServers([its.server.address]);
  });
  afterAll(async () => {
    dns.setServers(before);
    await its.server.stop();
  });
  return its;
}
