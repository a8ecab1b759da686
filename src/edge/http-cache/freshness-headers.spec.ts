import type { Freshness } from '#libs/cache';
import { describe, expect, it } from '@jest/globals';
import { privateHeaders, publicHeaders, staleIfErrorHeaders } from './freshness-headers.ts';

/** Products, 30 s fresh, from the cache. */
const aFreshness = (given: Partial<Freshness> = {}): Freshness => {
  const { lifetimeMs = 30_000, ageMs = 0 } = given;
  return {
    isBroken: false,
    isPrivate: false,
    hasStaleIfError: false,
    lifetimeMs,
    ageMs,
    freshMs: lifetimeMs - ageMs,
    staleWhileRevalidateMs: 60_000,
    staleIfErrorMs: 3_600_000,
    hits: 1,
    misses: 0,
    tags: new Set(['products', 'product:p1']),
    ...given,
  };
};

describe('a public response', () => {
  it('has its declared lifetime and its age, and the remaining lifetime for nginx', () => {
    expect(publicHeaders(aFreshness({ ageMs: 12_345 }))).toEqual({
      'cache-control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=3600',
      age: '12',
      'x-accel-expires': '18',
      'cache-status': 'Atrium; hit; ttl=17',
      'surrogate-key': 'products product:p1',
      'cache-groups': '"products", "product:p1"',
    });
  });

  it('keeps its max-age after it expires, since stale-while-revalidate counts from its end', () => {
    expect(publicHeaders(aFreshness({ ageMs: 48_000 }))).toMatchObject({
      'cache-control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=3600',
      age: '48',
      'x-accel-expires': '0',
      'cache-status': 'Atrium; hit; ttl=-18',
    });
  });

  it('has no Age if all parts are new', () => {
    const headers = publicHeaders(aFreshness({ hits: 0, misses: 2, ageMs: 3 }));
    expect(headers).toMatchObject({ 'cache-status': 'Atrium; fwd=miss', 'x-accel-expires': '30' });
    expect(headers).not.toHaveProperty('age');
  });

  it('reports in Cache-Status if a part was cached', () => {
    const headers = publicHeaders(aFreshness({ hits: 1, misses: 1, ageMs: 5_000 }));
    expect(headers).toMatchObject({ age: '5', 'cache-status': 'Atrium; fwd=partial' });
  });

  it('leaves out tags that a header cannot carry', () => {
    const tags = new Set([
      'product:a b',
      'product:"',
      'product:\\',
      'product:\u2603',
      'product:\n',
      'product:p_-1',
    ]);
    expect(publicHeaders(aFreshness({ tags }))).toMatchObject({
      'surrogate-key': 'product:p_-1',
      'cache-groups': '"product:p_-1"',
    });
  });
});

describe('a response with a part that is served stale on an error', () => {
  it('is not cacheable, also for nginx', () => {
    expect(staleIfErrorHeaders(aFreshness({ ageMs: 48_000, hasStaleIfError: true }))).toEqual({
      'cache-control': 'no-store',
      'x-accel-expires': '0',
      age: '48',
      'cache-status': 'Atrium; hit; ttl=-18',
    });
  });
});

describe('a private response', () => {
  it('is revalidated each time, and has no tags', () => {
    expect(privateHeaders(aFreshness({ isPrivate: true, ageMs: 1_000 }))).toEqual({
      'cache-control': 'private, no-cache',
      age: '1',
      'cache-status': 'Atrium; hit; ttl=29',
    });
  });

  it('has no Cache-Status if no part of it can be cached', () => {
    const freshness = aFreshness({ hits: 0, misses: 0, lifetimeMs: Infinity, ageMs: 0 });
    expect(privateHeaders(freshness)).toEqual({ 'cache-control': 'private, no-cache' });
  });
});
