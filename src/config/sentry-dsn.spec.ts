import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';

const configured = (SENTRY_DSN: string) => loadConfig({ SENTRY_DSN }).SENTRY_DSN;

describe('SENTRY_DSN', () => {
  it.each(['https://abc123@o1.ingest.sentry.io/42', 'http://abc@127.0.0.1:9000/sub/path/7'])(
    'may be %s',
    (dsn) => {
      expect(configured(dsn)).toBe(dsn);
    },
  );

  it.each([
    'sentry',
    'https://sentry.io/42',
    'https://abc@sentry.io',
    'https://abc@sentry.io/project',
    'https://abc:hunter2@sentry.io/42',
    'ftp://abc@sentry.io/42',
    'https://abc@sentry.io/42?x=1',
  ])('is refused by name, without its value: %s', (dsn) => {
    expect(() => configured(dsn)).toThrow(/SENTRY_DSN: must be https:\/\/key@host\/project/);
    expect(() => configured(dsn)).not.toThrow(/hunter2/);
  });
});
