import { describe, expect, it } from '@jest/globals';
import { bytes, milliseconds, port, readSettings, SettingsError } from '#libs/process';
import { z } from 'zod';

const schema = z.object({
  PORT: port(3000),
  WAIT_MS: milliseconds(50, 10),
  LIMIT_BYTES: bytes(1024),
  NAME: z.string(),
});

describe('settings', () => {
  it('are the defaults if nothing is set', () => {
    expect(readSettings(schema, { NAME: 'a' })).toEqual({ PORT: 3000, WAIT_MS: 50, LIMIT_BYTES: 1024, NAME: 'a' });
  });

  it.each(['', ' '])('treat the empty variable %p as unset', (value) => {
    expect(readSettings(schema, { NAME: 'a', PORT: value }).PORT).toBe(3000);
  });

  it('are frozen, and contain only declared settings', () => {
    const settings = readSettings(schema, { NAME: 'a', HOME: '/' });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(settings).not.toHaveProperty('HOME');
  });

  it.each(['-1', '65536', '80.5', '0x', 'http', 'Infinity'])('reject the port %p', (value) => {
    expect(() => readSettings(schema, { NAME: 'a', PORT: value })).toThrow(SettingsError);
  });

  it('name every invalid setting, without the value', () => {
    const read = () => readSettings(schema, { PORT: 'hunter2', WAIT_MS: '1', LIMIT_BYTES: '-5' });
    expect(read).toThrow(
      [
        'These settings are wrong:',
        '  PORT: must be a port number',
        '  WAIT_MS: must be at least 10',
        '  LIMIT_BYTES: must be at least 1',
        '  NAME: must be set',
      ].join('\n'),
    );
  });
});
