import { describe, expect, it, jest } from '@jest/globals';
import { orders } from '#libs/contracts';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import type { GrpcImplementation } from '#libs/grpc';
import { Context, UpstreamClients, upstreamSettings } from '#libs/upstream';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { describeWith } from '#test/support/neighbours/describe-with';
import { SCHEME_MAKES, type SchemeMake, type SchemeServer } from './schemes.ts';

jest.setTimeout(60_000);

const shop = upstreamSettings.parse({
  timeoutMs: 30_000,
  retry: { maxTries: 1 },
  hedge: { mode: 'off' },
  breaker: { mode: 'off' },
});

/** A server that is called by the wrong scheme, and what the log says of it. */
function suite({ tls, plain }: SchemeMake): void {
  const atEnd = endedAfterEach();

  const started = async (start: () => Promise<SchemeServer>) => {
    const server = await start();
    atEnd(() => server.close());
    return server.port;
  };

  const clients = (implementation?: GrpcImplementation) => {
    const tokens = new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY);
    const made = new UpstreamClients({ tokens, settings: { shop }, grpc: { implementation } });
    atEnd(() => made.close());
    return made;
  };

  const context = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 30_000 });
  const causeOf = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (error: Error) => String((error.cause as Error).message),
    );

  const overRest = (url: string) =>
    causeOf(clients().rest('shop', [url]).operation('GET', '/users')(context(), {}));
  const overGrpc = (implementation: GrpcImplementation, address: string) => {
    const call = clients(implementation).grpc('shop', [address]).unary(orders.OrdersServiceService.cancelOrder);
    return causeOf(call(context(), { id: 'o1' }));
  };

  it('by http:// where it speaks TLS', async () => {
    const port = await started(tls);
    expect(await overRest(`http://127.0.0.1:${port}`)).toContain(
      'the address is http://, but TLS is spoken there',
    );
  });

  it('by https:// where it does not speak TLS', async () => {
    const port = await started(plain);
    expect(await overRest(`https://127.0.0.1:${port}`)).toContain(
      'the address is https://, but no TLS is spoken there',
    );
  });

  describe.each(['http2', 'grpc-js'] as const)('over %s', (implementation) => {
    it('by grpc:// where it speaks TLS', async () => {
      const port = await started(tls);
      expect(await overGrpc(implementation, `grpc://127.0.0.1:${port}`)).toMatch(
        /the server uses TLS: prefix its address with grpcs:\/\/|supports TLS, but not HTTP\/2/,
      );
    });

    it('by grpcs:// where it does not speak TLS', async () => {
      const port = await started(plain);
      expect(await overGrpc(implementation, `grpcs://127.0.0.1:${port}`)).toMatch(
        /the server uses plain text, not TLS: prefix its address with grpc:\/\/|supports only HTTP\/1.1 in plain text/,
      );
    });
  });
}

for (const make of SCHEME_MAKES) {
  const called = `${make.name}, called by the wrong scheme: the log names the mistake`;
  if (make.program) describeWith([make.program], called, () => suite(make));
  else
    describe(called, () => {
      suite(make);
    });
}
