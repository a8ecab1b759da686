import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { sealed } from '#gateway/identity/sessions/secrets';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FileLinks } from './file-links.ts';

const HOUR = 3_600;
const tokenIn = (path: string) => path.replace('/v1/files/', '');

describe('a link to a file', () => {
  let key: SigningKey;
  let links: FileLinks;

  beforeAll(async () => {
    key = await SigningKey.make('ES256');
    links = new FileLinks(new KeySet(key));
  });
  afterEach(() => void jest.useRealTimers());

  it('leads to its file on every gateway with the same key, as often as it is used', () => {
    const path = links.issue({ key: 'people/abc/report', name: 'report 2026.pdf' }, HOUR);
    expect(path).toMatch(/^\/v1\/files\/[\w-]{60,}$/);
    const other = new FileLinks(new KeySet(key));
    for (let i = 0; i < 6; i += 1)
      expect(other.fileOf(tokenIn(path))).toEqual({ key: 'people/abc/report', name: 'report 2026.pdf' });
    expect(links.fileOf(tokenIn(links.issue({ key: 'a' }, HOUR)))).toEqual({ key: 'a', name: undefined });
  });

  it('shows nothing of the storage', () => {
    const token = tokenIn(links.issue({ key: 'people/abc/report' }, HOUR));
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('people');
  });

  it('is gone after its time', () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'queueMicrotask'] });
    const token = tokenIn(links.issue({ key: 'a' }, HOUR));
    jest.advanceTimersByTime((HOUR - 1) * 1_000);
    expect(links.fileOf(token).key).toBe('a');
    jest.advanceTimersByTime(3_000);
    expect(() => links.fileOf(token)).toThrow(expect.objectContaining({ code: 'GONE' }));
  });

  it('cannot be made or changed by anybody else', async () => {
    const token = tokenIn(links.issue({ key: 'people/abc/report' }, HOUR));
    const stranger = new FileLinks(new KeySet(await SigningKey.make('ES256')));
    const bytes = Buffer.from(token, 'base64url');
    bytes[40]! ^= 1;
    const secret = key.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    const forOtherPurpose = sealed(JSON.stringify(['a', 9_999_999_999, null]), secret, 'refresh token');
    for (const forged of [
      tokenIn(stranger.issue({ key: 'a' }, HOUR)),
      bytes.toString('base64url'),
      token.slice(0, -4),
      forOtherPurpose,
      'x',
      '..%2f..%2fetc%2fpasswd',
    ])
      expect(() => links.fileOf(forged)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
