import { clientAppOf } from '#gateway/edge/context/client-app';
import { describe, expect, it } from '@jest/globals';
import { ClientNames, clientOf } from './client-name.ts';

const named = (app: string | undefined) => clientOf(new ClientNames().keyOf(app));

describe('a client', () => {
  it.each([
    ['web/2.1.0', 'web', '2.1.0'],
    ['@shop/app/3.0.0-rc.1+5', '@shop/app', '3.0.0-rc.1+5'],
    ['com.example.shop-apollo-ios/17 (421)', 'com.example.shop-apollo-ios', '17 (421)'],
    ['web', 'web', '_NONE'],
    ['web/', 'web', '_NONE'],
    [undefined, '_NONE', '_NONE'],
  ])('that sends %j counts as its name and its version', (app, name, version) => {
    expect(named(app)).toEqual({ name, version });
  });

  it.each([
    [''],
    ['/1.0'],
    ['_OTHER/_OTHER'],
    ['web/_NONE'],
    [`${'a'.repeat(65)}/1`],
    [`web/${'1'.repeat(33)}`],
    ['a'.repeat(16_000)],
    ['web\u0000/1'],
    ['web\n/1'],
    ['web/1, web/2'],
    ['w|b/1'],
    ['w"b/1'],
    ['{"a":1}/1'],
    ['wéb/1'],
    ['<script>/1'],
  ])('that sends %j counts as invalid', (app) => {
    expect(named(app)).toEqual({ name: '_INVALID', version: '_INVALID' });
  });

  it('may send as many names as it wants: few are cached', () => {
    const names = new ClientNames();
    for (let n = 0; n < 2_000; n += 1) names.keyOf(`web/${n}`);
    expect((names as unknown as { known: Map<string, string> }).known.size).toBeLessThanOrEqual(500);
    expect(names.keyOf('web/7')).toBe('web/7');
  });
});

describe('the name of a client', () => {
  it.each([
    [{ 'x-client': 'web/2.1.0' }, 'web/2.1.0'],
    [{ 'apollographql-client-name': 'ios', 'apollographql-client-version': '7' }, 'ios/7'],
    [{ 'apollographql-client-name': 'ios' }, 'ios/'],
    [{ 'x-client': 'web/2', 'apollographql-client-name': 'ios' }, 'web/2'],
    [{ 'apollographql-client-version': '7' }, undefined],
    [{ 'x-client': { length: 1 } }, ''],
    [{ 'apollographql-client-name': 'ios', 'apollographql-client-version': ['7'] }, 'ios/'],
    [{}, undefined],
  ])('is in the headers %j', (headers, app) => {
    expect(clientAppOf(headers)).toBe(app);
  });
});
