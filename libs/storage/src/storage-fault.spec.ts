import { storageFault } from '#libs/storage';
import { describe, expect, it } from '@jest/globals';

const failure = (members: object, message = 'failed') => Object.assign(new Error(message), members);

describe('a failed query', () => {
  it.each([
    ['PostgreSQL starts', { code: '57P03' }],
    ['PostgreSQL stops', { code: '57P01' }],
    ['PostgreSQL cannot read its disk', { code: '58030' }],
    ['PostgreSQL refuses the password', { code: '28P01' }],
    ['PostgreSQL has no such database', { code: '3D000' }],
    ['PostgreSQL lost the connection', { code: '08006' }],
    ['MariaDB stops', { errno: 1053 }],
    ['MariaDB refuses the password', { errno: 1045 }],
    ['MariaDB refuses the host', { errno: 1130 }],
    ['MariaDB has no such database', { errno: 1049 }],
    ['MariaDB has a full disk', { errno: 1021 }],
    ['SQLite cannot open its file', { errcode: 14 }],
    ['SQLite cannot read its file', { errcode: 10 | (1 << 8) }],
    ['SQLite has a read-only file', { errcode: 8 }],
    ['SQLite has a full disk', { errcode: 13 }],
    ['the connection is refused', { code: 'ECONNREFUSED' }],
    ['the host is down', { code: 'EHOSTDOWN' }],
    ['the name is unknown', { code: 'EAI_FAIL', syscall: 'getaddrinfo' }],
    ['the socket file is gone', { code: 'ENOENT', syscall: 'connect' }],
    ['no descriptor is left', { code: 'EMFILE', syscall: 'connect' }],
    ['the certificate has expired', { code: 'CERT_HAS_EXPIRED' }],
    ['all addresses refuse', { errors: [failure({ code: 'ECONNREFUSED' })] }],
  ])('is of a database that is away: %s', (_, members) => {
    expect(storageFault(failure(members))).toBe('unreachable');
  });

  it.each([
    ['a broken constraint', { code: '23505' }],
    ['invalid SQL', { code: '42601' }],
    ['an unknown column', { errno: 1054 }],
    ['a broken constraint of SQLite', { errcode: 2067 }],
    ['a missing file of our own', { code: 'ENOENT', syscall: 'open' }],
    ['anything else', {}],
  ])('is not, and comes again: %s', (_, members) => {
    expect(storageFault(failure(members))).toBeUndefined();
  });
});
