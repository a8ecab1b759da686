import { describe, expect, it } from '@jest/globals';
import { databaseLabel, databaseUrlProblem } from '#libs/storage';

describe('the address of a database', () => {
  it.each([
    'postgres://ada:hunter2@db.example:5432/shop',
    'postgresql://ada@[::1]/shop?sslmode=verify-full&options=-c%20work_mem%3D8MB',
    'postgres://ada:p%40%3A%2F%23%25@db/shop',
    'postgres://db/shop?sslmode=require&uselibpqcompat=true&sslcert=/c.pem&sslkey=/k.pem&sslrootcert=/ca.pem',
    'postgres://db/shop?ssl=true',
    'postgres://ada:50%off@db/shop',
    'postgres://a,da:hunter,2@db/shop',
    'mysql://ada:hunter,2@db/shop',
    'postgres://ada@/shop?host=/run/postgresql',
    'postgres:///shop?host=/run/postgresql&user=ada',
    'postgres://ada@%2Frun%2Fpostgresql/shop',
    'mysql://ada@db:3306/shop',
    'mariadb://ada:p%40ss@db/shop?ssl-mode=VERIFY_IDENTITY&ssl-ca=/ca.pem',
    'mariadb://ada@[::1]/shop?ssl-mode=VERIFY_CA',
    'mariadb://ada@localhost/shop?socket=/run/mysqld/mysqld.sock',
  ])('may be %s', (url) => {
    expect(databaseUrlProblem(url)).toBe(undefined);
  });

  const PARTS = 'cannot be parsed: in user and password, write @ : / ? # and % as %40 %3A %2F %3F %23 and %25';
  it.each([
    ['redis://db', 'must be a postgres://, mysql:// or mariadb:// address'],
    ['jdbc:postgresql://db/shop', 'must be a postgres://, mysql:// or mariadb:// address'],
    [
      'postgres://ada@one:5432,two:5432/shop',
      'must name one host: for several, one that leads to the primary, such as that of a proxy',
    ],
    [
      'postgres://ada@db/shop?sslmode=verify_full',
      'must have one of disable, no-verify, prefer, require, verify-ca, verify-full as sslmode',
    ],
    ...['ssl-mode', 'ssl_mode', 'sslMode', 'tls', 'sslcrl'].map((name) => [
      `postgres://ada@db/shop?${name}=require`,
      `has the parameter ${name}, which is not read: sslmode, sslrootcert, sslcert and sslkey are`,
    ]),
    ...['false', 'require', 'yes', ''].map((value) => [
      `postgres://ada@db/shop?ssl=${value}`,
      'must have sslmode instead of ssl',
    ]),
    ...['disable', 'no-verify'].map((mode) => [
      `postgres://ada@db/shop?sslmode=${mode}&sslrootcert=/ca.pem`,
      'must have verify-full as sslmode where it has sslrootcert',
    ]),
    ['postgres://ada:12#34@db/shop', PARTS],
    ['postgres://ada:12/34@db/shop', PARTS],
    ['postgres://ada:pa/ss@db/shop', PARTS],
    [
      'mysql://[::1]/shop?ssl-mode=VERIFY_IDENTITY',
      'must have the name of the host for VERIFY_IDENTITY: its driver compares no addresses',
    ],
    ['mysql:///shop', 'must name a host'],
    ['mysql://ada:50%off@db/shop', 'has a % in user or password that is not encoded: write it as %25'],
    [
      'mysql://db/shop?sslmode=verify-full',
      'has the parameter sslmode, which is not read: ssl-mode and ssl-ca are',
    ],
    ['mysql://db/shop?ssl=true', 'has the parameter ssl, which is not read: ssl-mode and ssl-ca are'],
    [
      'mysql://db/shop?ssl-mode=verify_identity',
      'must have one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY as ssl-mode',
    ],
    [
      'mysql://db/shop?ssl-mode=PREFERRED',
      'must have one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY as ssl-mode',
    ],
    ['mysql://db/shop?ssl-ca=/ca.pem', 'must have VERIFY_CA or VERIFY_IDENTITY as ssl-mode where it has ssl-ca'],
  ])('may not be %s', (url, problem) => {
    expect(databaseUrlProblem(url)).toBe(problem);
  });

  it('is shown without user and password', () => {
    expect(databaseLabel('postgres://ada:hunter2@db:5433/shop')).toBe('db:5433/shop');
    expect(databaseLabel('postgres://ada:hunter2@/shop?host=/run/postgresql')).toBe('/run/postgresql/shop');
    expect(databaseLabel('postgres://ada@%2Frun%2Fpostgresql/shop')).toBe('/run/postgresql/shop');
  });
});
