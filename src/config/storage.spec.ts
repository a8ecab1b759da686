import { describe, expect, it } from '@jest/globals';
import { complaint, wrong } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

describe('the storage of files', () => {
  it('is a folder beside the data of the services, unless it is set', () => {
    expect(loadConfig({}).STORAGE_URL).toEqual({ kind: 'file', folder: `${process.cwd()}/.data/files` });
    expect(loadConfig({ STORAGE_URL: 's3://shop-files' }).STORAGE_URL).toMatchObject({ kind: 's3' });
  });

  it('is refused as a URL that is neither a folder nor a bucket', () => {
    expect(wrong({ STORAGE_URL: 'https://shop.example/files' })).toEqual(['STORAGE_URL']);
  });

  it('has both halves of a key, or none', () => {
    expect(complaint({ STORAGE_ACCESS_KEY_ID: 'a' })).toContain(
      'STORAGE_SECRET_ACCESS_KEY: must be set where STORAGE_ACCESS_KEY_ID is',
    );
    expect(wrong({ STORAGE_SECRET_ACCESS_KEY: 'b' })).toEqual(['STORAGE_ACCESS_KEY_ID']);
    expect(wrong({ STORAGE_ACCESS_KEY_ID: 'a', STORAGE_SECRET_ACCESS_KEY: 'b' })).toEqual([]);
  });
});
