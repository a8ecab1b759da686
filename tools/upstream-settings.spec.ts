import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withUpstreams, withUpstreamsPassedOn } from './upstream-settings.ts';

const envExample = readFileSync('.env.example', 'utf8');
const compose = readFileSync('docker-compose.yml', 'utf8');
const REVIEWS = /^# [^#\n]*\n# REVIEWS_URL=.*\n/m;

describe('the addresses of upstreams', () => {
  it('are all listed in .env.example and passed on by docker-compose.yml', () => {
    expect(withUpstreams(envExample)).toBe(envExample);
    expect(withUpstreamsPassedOn(compose)).toBe(compose);
  });

  it('are added to .env.example after the last of them, with their format and default', () => {
    const without = envExample.replace(REVIEWS, '');
    expect(without).not.toContain('REVIEWS_URL');
    const [, after] = withUpstreams(without).split(/^# ASSISTANT_URL=.*\n/m);
    expect(after).toMatch(
      /^# The addresses of the reviews service\. \(http:\/\/ .*\)\n# REVIEWS_URL=http:\/\/127\.0\.0\.1:3004\n/,
    );
  });

  it('are passed on by docker-compose.yml from its environment', () => {
    const without = compose.replace(/^ +REVIEWS_URL: .*\n/m, '');
    const [settings] = /^x-gateway-settings:[^]*?^$/m.exec(withUpstreamsPassedOn(without))!;
    expect(settings).toContain('\n  REVIEWS_URL: ${REVIEWS_URL:-}\n');
  });
});
