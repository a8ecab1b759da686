import { describe, expect, it } from '@jest/globals';
import { dnsForTests } from '#libs/testing';
import { Context } from '#libs/upstream';
import { grpcUpstreams, rpc } from './grpc-upstream.fixture.ts';

const dns = dnsForTests();
const { upstream, clientOf } = grpcUpstreams('http2');
const aContext = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 3_000 });

describe('a gRPC upstream that is a name', () => {
  it.each(['SERVFAIL', 'SILENT'] as const)(
    'is unavailable where DNS says %s, named in the cause alone, and is called as soon as DNS answers',
    async (reply) => {
      const name = `${reply.toLowerCase()}.test`;
      const { port, received } = await upstream((_, done) => done(null, { order: undefined }));
      dns.server.set(name, reply);
      const cancel = clientOf(`${name}:${port}`).unary(rpc, { isIdempotent: true });
      const failure = await cancel(aContext(), { id: 'o1' }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
      expect((failure as Error).message).not.toContain(name);
      expect(String((failure as Error).cause)).toContain(name);
      dns.server.set(name, [{ address: '127.0.0.1' }]);
      while (!received.length) {
        await cancel(aContext(), { id: 'o1' }).catch(() => {});
        // The breaker refuses at once.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  );

  it('of the hosts file is called at once, though DNS does not answer', async () => {
    const { port, received } = await upstream((_, done) => done(null, { order: undefined }));
    dns.server.set('localhost', 'SILENT');
    await clientOf(`localhost:${port}`).unary(rpc)(aContext(), { id: 'o1' });
    expect(received).toHaveLength(1);
  });
});
