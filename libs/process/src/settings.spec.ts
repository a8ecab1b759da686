import { describe, expect, it } from '@jest/globals';
import { bytes, host, milliseconds, port, readSettings, secret, SettingsError } from '#libs/process';
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

  it('have no blanks and line ends around them, as a file with CRLF leaves there', () => {
    expect(readSettings(schema, { NAME: ' a b \r', PORT: '80\r\n' })).toMatchObject({ NAME: 'a b', PORT: 80 });
    const withSecret = z.object({ PASSWORD: secret(z.string()) });
    expect(readSettings(withSecret, { PASSWORD: ' pass word \r\n' })).toEqual({ PASSWORD: ' pass word ' });
  });

  it('with a comment behind them are refused, once', () => {
    const problem = 'must not have a comment, which docker --env-file and systemd keep';
    expect(() => readSettings(schema, { NAME: 'a # ours', PORT: '80 # ours' })).toThrow(
      `These settings are wrong:\n  PORT: ${problem}\n  NAME: ${problem}`,
    );
    expect(() => readSettings(schema, { NAME: ' # ours' })).toThrow(problem);
    expect(readSettings(schema, { NAME: 'https://a.example/#top' }).NAME).toBe('https://a.example/#top');
  });

  it.each([`"a"`, `'a'`, `"production"`])('in quotes are refused, once: %s', (value) => {
    const problem = 'must not be in quotes, which docker --env-file keeps';
    expect(() => readSettings(schema, { NAME: value, PORT: value })).toThrow(
      `These settings are wrong:\n  PORT: ${problem}\n  NAME: ${problem}`,
    );
    expect(readSettings(schema, { NAME: `"a" or 'b` }).NAME).toBe(`"a" or 'b`);
    const address = z.object({ ADDRESS: secret(z.url('must be a URL')) });
    expect(() => readSettings(address, { ADDRESS: value })).toThrow(
      `These settings are wrong:\n  ADDRESS: ${problem}`,
    );
    expect(() => readSettings(address, { ADDRESS: 'a' })).toThrow('ADDRESS: must be a URL');
    // A password may have them.
    expect(readSettings(z.object({ PASSWORD: secret(z.string()) }), { PASSWORD: value })).toEqual({
      PASSWORD: value,
    });
  });

  it.each(['-1', '65536', '80.5', '0x', 'http', 'Infinity'])('reject the port %p', (value) => {
    expect(() => readSettings(schema, { NAME: 'a', PORT: value })).toThrow(SettingsError);
  });

  it.each([
    ['::', '::'],
    ['[::1]', '::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['localhost', 'localhost'],
    ['gateway_1.shop.example', 'gateway_1.shop.example'],
  ])('have the address %s to listen at', (value, address) => {
    expect(readSettings(z.object({ HOST: host('127.0.0.1') }), { HOST: value })).toEqual({ HOST: address });
  });

  it.each(['http://localhost', '0.0.0.0:3000', '[::1]:3000', '*', 'local host'])(
    'reject the address %p',
    (value) => {
      expect(() => readSettings(z.object({ HOST: host('127.0.0.1') }), { HOST: value })).toThrow(
        'HOST: must be an IP address or a host name, without scheme and port; 0.0.0.0 or :: for all addresses',
      );
    },
  );

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
