import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { freePort } from '#libs/testing';
import { credentials, makeGenericClientConstructor, status as Code } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { describe, expect, it } from '@jest/globals';
import { service as health } from 'grpc-health-check';
import { servicesForTests } from './service.fixture.ts';

const start = servicesForTests();
const HealthClient = makeGenericClientConstructor(health as never, 'Health');

function checkHealth(url: string, service: string): Promise<unknown> {
  const client = new HealthClient(url, credentials.createInsecure());
  return new Promise((resolve, reject) => {
    client['check']!({ service }, (error: Error | null, answer: unknown) => {
      client.close();
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

describe('the health of a service', () => {
  it.each(['', 'shop.orders.v1.OrdersService'])('is SERVING for the name %p, without a token', async (name) => {
    const { url } = await start({});
    expect(await checkHealth(url, name)).toEqual({ status: 'SERVING' });
  });

  it('is NOT_FOUND for an unknown name', async () => {
    const { url } = await start({});
    await expect(checkHealth(url, 'shop.nothing')).rejects.toMatchObject({ code: Code.NOT_FOUND });
  });

  it('becomes NOT_SERVING for watchers when it stops, and then ends', async () => {
    const { url, stop } = await start({});
    const client = new HealthClient(url, credentials.createInsecure());
    const watch = client['watch']!({ service: '' }) as unknown as NodeJS.EventEmitter;
    const seen: unknown[] = [];
    watch.on('data', (answer) => seen.push(answer));
    await once(watch, 'data');
    const [[failure]] = await Promise.all([once(watch, 'error'), stop()]);
    expect(seen).toEqual([{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
    expect(failure.code).toBe(Code.UNAVAILABLE);
    client.close();
  });
});

describe('the health check of a container', () => {
  const run = promisify(execFile);
  const entry = ['-C', 'atrium', '--import', './tools/swc-register.mjs', 'libs/service/src/health-check.ts'];

  it('exits 0 while the service on its port is serving', async () => {
    const { url } = await start({});
    const PORT = url.split(':')[1];
    await expect(run(process.execPath, entry, { env: { ...process.env, PORT } })).resolves.toBeDefined();
  });

  it('exits 1 if no service listens', async () => {
    await expect(run(process.execPath, [...entry, String(await freePort())])).rejects.toMatchObject({ code: 1 });
  });
});

describe('server reflection', () => {
  it('lists the services and their descriptors, without a token', async () => {
    const { url } = await start({});
    const definition = loadSync('node_modules/@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto');
    const service = definition['grpc.reflection.v1.ServerReflection'] as never;
    const client = new (makeGenericClientConstructor(service, 'ServerReflection'))(
      url,
      credentials.createInsecure(),
    );
    const stream = client['ServerReflectionInfo']!() as unknown as NodeJS.EventEmitter & {
      write(message: object): void;
      end(): void;
      resume(): void;
    };
    stream.write({ listServices: '*' });
    const [{ listServicesResponse }] = await once(stream, 'data');
    const names = listServicesResponse.service.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['shop.orders.v1.OrdersService', 'grpc.health.v1.Health']));
    stream.write({ fileContainingSymbol: 'shop.orders.v1.OrdersService' });
    const [{ fileDescriptorResponse }] = await once(stream, 'data');
    expect(fileDescriptorResponse.fileDescriptorProto.length).toBeGreaterThan(0);
    stream.end();
    stream.resume();
    await once(stream, 'status');
    client.close();
  });
});
