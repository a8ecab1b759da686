import { describe, expect, it } from '@jest/globals';
import { aContext } from '#libs/testing';
import { fileConditionOf, preconditionOf, requireIfMatch } from './preconditions.ts';
import { entityTag, noteVersion, versionIn, versionOf } from './resource-version.ts';

const TAG = entityTag('aGFzaA', '7');

describe('the precondition of a write', () => {
  it.each([
    ['no header', {}, {}],
    ['the tag of a version', { 'if-match': TAG }, { in: ['7'] }],
    ['any version', { 'if-match': '*' }, {}],
    ['a tag of another content coding, of the same version', { 'if-match': '"v7.aGFzaA-zstd"' }, { in: ['7'] }],
    ['several', { 'if-match': `"x,y", "v8.x", ${TAG}` }, { in: ['8', '7'] }],
    ['foreign tags', { 'if-match': '"nosuch", "v.x", "7"' }, { in: [] }],
    ['a weak tag, which never matches', { 'if-match': `W/${TAG}` }, { in: [] }],
    ['no existing resource', { 'if-none-match': '*' }, { notIn: '*' }],
    ['excluded versions, weak or strong', { 'if-none-match': `W/${TAG}, "v8.x"` }, { notIn: ['7', '8'] }],
    ['both', { 'if-match': TAG, 'if-none-match': '"v8.x"' }, { in: ['7'], notIn: ['8'] }],
  ])('is parsed from its headers: %s', (_, headers, precondition) => {
    expect(preconditionOf(headers)).toEqual(precondition);
  });

  it.each([
    ['If-Match', 'nosuch'],
    ['If-Match', ''],
    ['If-Match', `${TAG}, *`],
    ['If-None-Match', '"a" "b"'],
  ])('is refused if %s is %j', (field, value) => {
    expect(() => preconditionOf({ [field.toLowerCase()]: value })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', errors: [expect.objectContaining({ field })] }),
    );
  });

  const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT';
  it.each([
    ['its whole tag', { 'if-match': '"any.tag"' }, { in: ['any.tag'] }],
    ['its time', { 'if-unmodified-since': DATE }, { unmodifiedSince: Date.parse(DATE) }],
    ['its tag, which is more exact', { 'if-match': '"a"', 'if-unmodified-since': DATE }, { in: ['a'] }],
    ['nothing, if the time is none', { 'if-unmodified-since': 'yesterday' }, {}],
  ])('of a file is %s', (_, headers, precondition) => {
    const tags = precondition as { in?: string[] };
    expect(fileConditionOf(headers)).toEqual(tags.in ? { in: tags.in.map((tag) => `"${tag}"`) } : precondition);
  });

  it('is satisfied by If-Match alone if required', () => {
    const required = expect.objectContaining({ code: 'PRECONDITION_REQUIRED', status: 428 });
    expect(() => requireIfMatch({})).toThrow(required);
    expect(() => requireIfMatch({ 'if-none-match': '"x"' })).toThrow(required);
    requireIfMatch({ 'if-match': '*' });
  });
});

describe('the version of a resource', () => {
  it('is in its own entity tags, and in no others', () => {
    expect(['"v7.x"', '"v7.x-gzip"', '"va-b_c."', '"x"', '"v7"', '"v.x"', '"v7 .x"'].map(versionIn)).toEqual([
      '7',
      '7',
      'a-b_c',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(['a b', '"', '', 'x'.repeat(65), 7, null, undefined])(
    'is undefined if a tag cannot hold it: %j',
    (version) => {
      const context = aContext();
      noteVersion(context, version);
      expect(versionOf(context)).toBeUndefined();
    },
  );
});
