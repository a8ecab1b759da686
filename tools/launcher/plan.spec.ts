import { describe, expect, it } from '@jest/globals';
import { planProcesses } from './plan.ts';
import { assertPorts } from './ports.ts';

describe('the plan of the processes', () => {
  it('has the default ports, and demo data', () => {
    const { gateway, services, adminPort } = planProcesses({});
    expect([gateway.port, adminPort, ...services.map(({ port }) => port)]).toEqual([
      3000, 3009, 3001, 3002, 3003, 3004, 3005,
    ]);
    expect(services.map(({ environment }) => environment.SEED)).toEqual(['1', '1', '1', '1', '1']);
  });

  it.each([
    [{}, '1'],
    [{ SEED: '7' }, '7'],
    [{ SEED: 'off' }, 'off'],
    [{ NODE_ENV: 'production' }, 'off'],
    [{ NODE_ENV: 'production', SEED: ' ' }, 'off'],
    [{ NODE_ENV: 'production', SEED: '1' }, '1'],
  ])('with %p gives services the SEED %s: in production only one that was set', (environment, seed) => {
    const { services, hasDemoData } = planProcesses(environment);
    expect(new Set(services.map((service) => service.environment['SEED']))).toEqual(new Set([seed]));
    expect(hasDemoData).toBe(seed !== 'off');
  });

  it('moves a service, and tells the gateway where it is', () => {
    const { gateway, services } = planProcesses({ ORDERS_PORT: '4002' });
    expect(services[1]).toMatchObject({ port: 4002, environment: { PORT: '4002', HOST: '127.0.0.1' } });
    expect(gateway.environment.ORDERS_URL).toBe('127.0.0.1:4002');
  });

  it('leaves an upstream where the environment says it is', () => {
    expect(planProcesses({ USERS_URL: 'http://users.example' }).gateway.environment.USERS_URL).toBe(
      'http://users.example',
    );
  });

  it('tells all ports that cannot be', () => {
    expect(() => planProcesses({ PORT: '0', USERS_PORT: 'x' })).toThrow(
      /PORT: must be at least 1\n {2}USERS_PORT: must be/,
    );
  });

  it('refuses one port for two processes', async () => {
    const plans = planProcesses({ PORT: '3002' });
    await expect(assertPorts(plans)).rejects.toThrow('PORT and ORDERS_PORT are both 3002');
  });
});
