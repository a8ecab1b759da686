import { describe, expect, it } from '@jest/globals';
import { planProcesses } from './plan.ts';
import { launcherPorts } from '#test/support/launcher-ports';
import { assertPorts } from './ports.ts';

describe('the plan of the processes', () => {
  it('has the default ports, and demo data', () => {
    const { gateway, services, adminPort } = planProcesses({});
    expect([gateway.port, adminPort, ...services.map(({ port }) => port)]).toEqual([
      3000, 3009, 3001, 3002, 3003, 3004, 3005, 3006,
    ]);
    expect(services.map(({ environment }) => environment.SEED)).toEqual(['1', '1', '1', '1', '1', '1']);
  });

  it.each([
    [{}, '1'],
    [{ SEED: '7' }, '7'],
    [{ SEED: 'off' }, 'off'],
    [{ NODE_ENV: 'production' }, 'off'],
    [{ NODE_ENV: 'production', SEED: ' ' }, 'off'],
    [{ NODE_ENV: 'production', SEED: '1' }, '1'],
  ])('with %p sets the SEED %s of services: in production only an explicit one', (environment, seed) => {
    const { services, hasDemoData } = planProcesses(environment);
    expect(new Set(services.map((service) => service.environment['SEED']))).toEqual(new Set([seed]));
    expect(hasDemoData).toBe(seed !== 'off');
  });

  it('moves a service, and configures its address in the gateway', () => {
    const { gateway, services } = planProcesses({ ORDERS_PORT: '4002' });
    expect(services[1]).toMatchObject({ port: 4002, environment: { PORT: '4002', HOST: '127.0.0.1' } });
    expect(gateway.environment.ORDERS_URL).toBe('127.0.0.1:4002');
  });

  it('keeps the address of an upstream in the environment', () => {
    expect(planProcesses({ USERS_URL: 'http://users.example' }).gateway.environment.USERS_URL).toBe(
      'http://users.example',
    );
  });

  it.each([
    [{}, true],
    [{ IDENTITY: 'off' }, false],
    [{ SEED: 'off' }, false],
    [{ NODE_ENV: 'production', SEED: '1' }, false],
    [{ OIDC_ISSUER: 'https://login.example' }, false],
    [{ ISSUERS_FILE: 'issuers.json' }, false],
    [{ PUBLIC_URL: 'https://api.example' }, false],
    [{ PUBLIC_URL: 'https://api.example', IDENTITY: 'on' }, true],
  ])('with %p has a demo provider: %p', (environment, hasProvider) => {
    const { services, gateway, identity } = planProcesses(environment);
    expect([services.some(({ name }) => name === 'identity'), identity !== undefined]).toEqual([
      hasProvider,
      hasProvider,
    ]);
    expect('OIDC_ISSUER' in gateway.environment).toBe(hasProvider);
  });

  it('configures the addresses of the demo provider and the gateway in each other', () => {
    const { services, gateway } = planProcesses({ PORT: '4000', IDENTITY_PORT: '4006', DATA_DIR: '/data' });
    expect(services.at(-1)!.environment).toMatchObject({ PORT: '4006', GATEWAY_URL: 'http://127.0.0.1:4000' });
    expect(gateway.environment).toMatchObject({
      OIDC_ISSUER: 'http://127.0.0.1:4006',
      PUBLIC_URL: 'http://127.0.0.1:4000',
      ISSUERS_FILE: '/data/identity.json',
      JOBS_FILE: '/data/jobs.sqlite',
    });
    expect(planProcesses({ DATA_DIR: '/data', JOBS_FILE: '/jobs' }).gateway.environment).not.toHaveProperty(
      'JOBS_FILE',
    );
  });

  it('takes a blank variable for one that is unset, as the processes do', () => {
    const blank = { TLS_CERT_FILE: ' ', OIDC_ISSUER: ' ', DATA_DIR: ' ', USERS_URL: ' ', JOBS_FILE: ' ' };
    const { url, gateway, identity } = planProcesses(blank);
    expect(url).toBe('http://127.0.0.1:3000');
    expect(identity).toBeDefined();
    expect(gateway.environment).toEqual(planProcesses({}).gateway.environment);
  });

  it('reports all invalid ports', () => {
    expect(() => planProcesses({ PORT: '0', USERS_PORT: 'x' })).toThrow(
      /PORT: must be at least 1\n {2}USERS_PORT: must be/,
    );
  });

  it('rejects one port for two processes', async () => {
    const plans = planProcesses({ PORT: '3002' });
    await expect(assertPorts(plans)).rejects.toThrow('PORT and ORDERS_PORT are both 3002');
  });

  it('names the setting of an address that this machine does not have', async () => {
    const free = await launcherPorts();
    // TEST-NET-3 of RFC 5737.
    for (const setting of ['HOST', 'ADMIN_HOST'])
      await expect(assertPorts(planProcesses({ ...free, [setting]: '203.0.113.9' }))).rejects.toThrow(
        `${setting} is no address of this machine.`,
      );
  });
});
