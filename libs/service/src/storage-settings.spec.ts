import { readSettings } from '#libs/process';
import { describe, expect, it } from '@jest/globals';
import { serviceSettings } from './settings.ts';

describe('the address of a database', () => {
  const url = 'postgres://127.0.0.1:5432/shop';

  it.each([`${url} \r\n`, `\n${url}`, ` ${url} `])('has no blanks around it: %j', (DATABASE_URL) => {
    const environment = { DATABASE_URL, DATABASE_REPLICA_URLS: `${DATABASE_URL},${DATABASE_URL}` };
    const read = readSettings(serviceSettings(0), environment);
    expect(read.DATABASE_URL).toBe(url);
    expect(read.DATABASE_REPLICA_URLS).toEqual([url, url]);
  });
});
