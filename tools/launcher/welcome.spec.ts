import { describe, expect, it } from '@jest/globals';
import { planProcesses } from './plan.ts';
import { welcome } from './welcome.ts';

const welcomeTo = (environment: NodeJS.ProcessEnv) => welcome(planProcesses(environment), () => 7, '3.0');

describe('the welcome', () => {
  it('has the demo accounts, and what to try with them', () => {
    const text = welcomeTo({});
    for (const part of [
      'analytical-engine',
      'nanosecond-wire',
      'curl -s http://127.0.0.1:3000/v1/home',
      'kill -9 7',
      'Login      http://127.0.0.1:3000/bff/login?returnTo=/bff/session',
    ])
      expect(text).toContain(part);
  });

  it.each([{ NODE_ENV: 'production' }, { SEED: 'off' }])(
    'has no accounts where none are made: %p',
    (environment) => {
      const text = welcomeTo(environment);
      expect(text).toContain('no demo accounts');
      expect(text).toContain('Ctrl-C stops everything.');
      expect(text).not.toMatch(/example\.com|analytical-engine|curl/);
    },
  );

  it('has no login where there is no demo provider', () => {
    expect(welcomeTo({ IDENTITY: 'off' })).not.toContain('/bff/login');
  });
});
