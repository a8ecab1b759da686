import { describe, expect, it } from '@jest/globals';
import { aContext } from '#libs/testing';
import { preconditionOf, requireIfMatch } from './preconditions.ts';
import { entityTag, noteVersion, versionIn, versionOf } from './resource-version.ts';

const TAG = entityTag('aGFzaA', '7');

describe('the precondition of a write', () => {
  it.each([
    ['no header', {}, {}],
    ['the tag of a version', { 'if-match': TAG }, { in: ['7'] }],
    ['whatever there is', { 'if-match': '*' }, {}],
    ['a tag of another coding, for the same version', { 'if-match': '"v7.aGFzaA-zstd"' }, { in: ['7'] }],
    ['several', { 'if-match': `"x,y", "v8.x", ${TAG}` }, { in: ['8', '7'] }],
    ['tags that are none of ours', { 'if-match': '"nosuch", "v.x", "7"' }, { in: [] }],
    ['a weak tag, which never matches', { 'if-match': `W/${TAG}` }, { in: [] }],
    ['what must not be there', { 'if-none-match': '*' }, { notIn: '*' }],
    ['what it must not be, weak or strong', { 'if-none-match': `W/${TAG}, "v8.x"` }, { notIn: ['7', '8'] }],
    ['both', { 'if-match': TAG, 'if-none-match': '"v8.x"' }, { in: ['7'], notIn: ['8'] }],
  ])('is read from its headers: %s', (_, headers, precondition) => {
    expect(preconditionOf(headers)).toEqual(precondition);
  });

  it.each([
    ['If-Match', 'nosuch'],
    ['If-Match', ''],
    ['If-Match', `${TAG}, *`],
    ['If-None-Match', '"a" "b"'],
  ])('is refused where %s is %j', (field, value) => {
    expect(() => preconditionOf({ [field.toLowerCase()]: value })).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', errors: [expect.objectContaining({ field })] }),
    );
  });

  it('is required where a route says so, by If-Match alone', () => {
    const required = expect.objectContaining({ code: 'PRECONDITION_REQUIRED', status: 428 });
    expect(() => requireIfMatch({})).toThrow(required);
    expect(() => requireIfMatch({ 'if-none-match': '"x"' })).toThrow(required);
    requireIfMatch({ 'if-match': '*' });
  });
});

describe('the version of a resource', () => {
  it('is in its entity tags, and in no other', () => {
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

  it.each(['a b', '"', '', 'x'.repeat(65), 7, null, undefined])('is nothing a tag cannot hold: %j', (version) => {
    const context = aContext();
    noteVersion(context, version);
    expect(versionOf(context)).toBeUndefined();
  });
});
