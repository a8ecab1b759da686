import { SettingsError } from '#libs/process';
import { describe, expect, it } from '@jest/globals';
import { readProductsSettings } from './settings.ts';

describe('the settings of the products service', () => {
  it('all have defaults', () => {
    expect(readProductsSettings({})).toMatchObject({ PORT: 3003, HOST: '127.0.0.1', DATA_DIR: '.data' });
  });

  it('are reported all at once if invalid, without their values', () => {
    const wrong = { PORT: 'http', DATABASE_URL: 'oracle://secret@db', SEED: '1.5', INTERNAL_TOKEN_KEY: 'short' };
    const attempt = () => readProductsSettings(wrong);
    expect(attempt).toThrow(SettingsError);
    for (const name of Object.keys(wrong)) expect(attempt).toThrow(name);
    expect(attempt).not.toThrow('secret');
  });

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['off', undefined],
    ['1', 1],
    ['42', 42],
  ])('have with SEED=%p the seed %p', (SEED, seed) => {
    expect(readProductsSettings({ SEED }).SEED).toBe(seed);
  });

  it.each(['0', 'on', 'no', 'false', '-1', '1e3'])('reject the seed %p', (SEED) => {
    expect(() => readProductsSettings({ SEED })).toThrow('SEED: must be off, or a whole number from 1');
  });

  it('reject the demo key in production', () => {
    expect(() => readProductsSettings({ NODE_ENV: 'production' })).toThrow('INTERNAL_TOKEN_KEY');
  });
});
