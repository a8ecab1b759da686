import { describe, expect, it } from '@jest/globals';
import { createLogger } from '#libs/observe';

const SECRETS = [
  'password',
  'accessToken',
  'refreshToken',
  'token',
  'authorization',
  'cookie',
  'set-cookie',
  'passwordHash',
  'privateKey',
];

function logOf(fields: object): string {
  let written = '';
  createLogger('test', 'info', { write: (line) => void (written += line) }).info(fields, 'done');
  return written;
}

describe('a secret', () => {
  it.each(SECRETS)('is never written: %s', (key) => {
    const secret = { [key]: 'hunter2' };
    const line = logOf({ ...secret, one: { ...secret, two: secret }, list: [secret] });
    expect(line).not.toContain('hunter2');
    expect(JSON.parse(line)).toMatchObject({
      [key]: '[redacted]',
      one: { [key]: '[redacted]', two: { [key]: '[redacted]' } },
      list: [{ [key]: '[redacted]' }],
    });
  });

  it('is taken from the line alone: what was logged keeps it', () => {
    const login = { email: 'ada@example.com', password: 'hunter2' };
    expect(JSON.parse(logOf({ login }))).toMatchObject({ login: { email: 'ada@example.com' } });
    expect(login.password).toBe('hunter2');
  });

  it('is not written with an error that carries what was sent or answered', () => {
    const carried = { request: { headers: { authorization: 'Bearer hunter2' }, body: '{"password":"hunter2"}' } };
    const err = Object.assign(new Error('failed', { cause: Object.assign(new Error('why'), carried) }), carried);
    expect(logOf({ err })).not.toContain('hunter2');
    expect(logOf(err)).not.toContain('hunter2');
  });

  it.each(['err', 'authorization'])('is not written with an AggregateError logged as %s', (key) => {
    const carried = { metadata: { sent: { authorization: 'Bearer hunter2' } } };
    const error = new AggregateError([Object.assign(new Error('one'), carried)], 'many');
    expect(logOf({ [key]: Object.assign(error, carried) })).not.toContain('hunter2');
  });
});
