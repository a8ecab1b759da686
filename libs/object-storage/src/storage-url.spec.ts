import { describe, expect, it } from '@jest/globals';
import { parseStorageUrl } from './storage-url.ts';

describe('the address of a storage', () => {
  it.each([
    ['file:/srv/files', { kind: 'file', folder: '/srv/files' }],
    ['file:///srv/files', { kind: 'file', folder: '/srv/files' }],
    ['file:.data/files', { kind: 'file', folder: `${process.cwd()}/.data/files` }],
    ['s3://shop-files', { kind: 's3', bucket: 'shop-files', prefix: '', region: 'us-east-1' }],
    [
      's3://shop-files/a/b?region=eu-central-1',
      { kind: 's3', bucket: 'shop-files', prefix: 'a/b/', region: 'eu-central-1' },
    ],
    [
      's3://shop-files?endpoint=http://127.0.0.1:9000',
      { kind: 's3', bucket: 'shop-files', prefix: '', region: 'us-east-1', endpoint: 'http://127.0.0.1:9000' },
    ],
  ])('is read from %s', (url, location) => {
    expect(parseStorageUrl(url)).toEqual(location);
  });

  it.each([
    '',
    '/srv/files',
    'file:',
    'file://host/srv',
    's3://',
    's3://UP',
    's3://key:secret@bucket',
    's3://bucket/a.b',
    's3://bucket/a b',
    's3://bucket?endpoint=localhost',
    's3://bucket?endpoint=http://user:pass@host',
    's3://bucket?acl=public',
    'https://bucket.s3.amazonaws.com',
  ])('is not %j', (url) => {
    expect(parseStorageUrl(url)).toBeUndefined();
  });
});
