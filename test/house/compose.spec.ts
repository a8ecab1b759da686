import { readFileSync } from 'node:fs';
import { processes, settingsOf } from '#test/support/processes';
import { describe, expect, it } from '@jest/globals';

const text = readFileSync('docker-compose.yml', 'utf8');
const ofImages = [
  'POSTGRES_USER',
  'POSTGRES_PASSWORD',
  'GF_SECURITY_ADMIN_PASSWORD',
  'GF_ANALYTICS_REPORTING_ENABLED',
  'GF_ANALYTICS_CHECK_FOR_UPDATES',
];
const known = new Set([...processes.flatMap(settingsOf), ...ofImages]);

describe('docker-compose.yml', () => {
  it('sets what our processes read, and nothing else', () => {
    const set = [...text.matchAll(/^ +([A-Z][A-Z_]+): /gm)].map(([, name]) => name!);
    expect(set.length).toBeGreaterThan(10);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  it('makes no demo accounts unless it is told to', () => {
    expect([...text.matchAll(/SEED: (.*)$/gm)].map(([, value]) => value)).toEqual(['${SEED:-}']);
  });

  it('opens the admin port to this machine alone', () => {
    expect(/ports: \[(.*)\]/.exec(text)?.[1]).toContain("'127.0.0.1:${ADMIN_PORT:-3009}:3009'");
  });
});
