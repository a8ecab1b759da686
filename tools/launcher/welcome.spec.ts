import { describe, expect, it } from '@jest/globals';
import { planProcesses } from './plan.ts';
import { welcome } from './welcome.ts';

const running = { pidOf: () => 7, revive: ({ name }: { name: string }) => `restart ${name}` };
const welcomeTo = (environment: NodeJS.ProcessEnv) => welcome(planProcesses(environment), running, '3.0');

describe('the welcome', () => {
  it('has the demo accounts and examples', () => {
    const text = welcomeTo({});
    for (const part of [
      'analytical-engine',
      'nanosecond-wire',
      'curl -s http://127.0.0.1:3000/v1/home',
      'kill -9 7',
      'Restart it:     restart orders',
      'Login      http://127.0.0.1:3000/bff/login?returnTo=/bff/session',
    ])
      expect(text).toContain(part);
  });

  it.each([{ NODE_ENV: 'production' }, { SEED: 'off' }])(
    'has no accounts without demo data: %p',
    (environment) => {
      const text = welcomeTo(environment);
      expect(text).toContain('no demo accounts');
      expect(text).toContain('Ctrl-C stops all processes.');
      expect(text).not.toMatch(/example\.com|analytical-engine|curl/);
    },
  );

  it('has the scheme of the gateway, and a request that trusts its certificate', () => {
    const text = welcomeTo({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem', HOST: '0.0.0.0', PORT: '8443' });
    for (const part of [
      'Pages      https://127.0.0.1:8443/shop',
      'REST       https://127.0.0.1:8443/v1/home',
      'GraphQL    https://127.0.0.1:8443/graphql',
      'Docs       https://127.0.0.1:8443/docs',
      'Login      https://127.0.0.1:8443/bff/login',
      'curl -sk https://127.0.0.1:8443/v1/auth/login',
      'curl -sk https://127.0.0.1:8443/v1/home',
      'Admin      http://127.0.0.1:3009/admin/health',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('http://127.0.0.1:8443');
  });

  it('has no login without a demo provider', () => {
    expect(welcomeTo({ IDENTITY: 'off' })).not.toContain('/bff/login');
  });
});
