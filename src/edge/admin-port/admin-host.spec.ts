import { describe, expect, it } from '@jest/globals';
import { adminHosts } from './admin-host.ts';

const isAdmin = adminHosts({ ADMIN_HOST: '0.0.0.0', ADMIN_HOSTS: ['atrium-admin.svc', 'Gateway'] });

describe('the Host header on the admin port', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:3009',
    '10.1.2.3:3009',
    '[::1]',
    '[::1]:3009',
    '[2001:db8::7]:80',
    'localhost',
    'LOCALHOST:3009',
    'localhost.:3009',
    'localhost:',
    'atrium-admin.svc',
    'atrium-admin.svc:3009',
    'Atrium-Admin.SVC.',
    'gateway:3009',
    undefined,
  ])('may be %s', (header) => expect(isAdmin(header)).toBe(true));

  it.each([
    'evil.example',
    'evil.example:3009',
    'localhost.evil.example',
    '127.0.0.1.evil.example:3009',
    'evil.example@127.0.0.1',
    '127.0.0.1@evil.example',
    'evil.example:80:3009',
    '127.0.0.1/',
    ' 127.0.0.1 ',
    '',
    ':3009',
    '[evil.example]',
    '[127.0.0.1]',
    '::1',
    '127.1',
    '2130706433',
    '0x7f000001',
    'svc',
    'x.atrium-admin.svc',
    'localhost..',
    'localhost, evil.example',
  ])('may not be %p', (header) => expect(isAdmin(header)).toBe(false));

  it('may be the name in ADMIN_HOST', () => {
    const named = adminHosts({ ADMIN_HOST: 'operators.internal', ADMIN_HOSTS: [] });
    expect(named('operators.internal:3009')).toBe(true);
    expect(named('gateway:3009')).toBe(false);
  });
});
