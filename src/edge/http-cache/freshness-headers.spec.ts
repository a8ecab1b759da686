import type { Freshness } from '#libs/cache';
import { describe, expect, it } from '@jest/globals';
import { privateHeaders, publicHeaders, standInHeaders } from './freshness-headers.ts';

/** Products, 30 s fresh, from the cache. */
const aFreshness = (given: Partial<Freshness> = {}): Freshness => {
  const { lifetimeMs = 30_000, ageMs = 0 } = given;
  return {
    isBroken: false,
    isPrivate: false,
    hasStandIn: false,
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

describe('what is the same for everybody', () => {
  it('has its declared lifetime, what of it has passed, and for nginx what is left', () => {
    expect(publicHeaders(aFreshness({ ageMs: 12_345 }))).toEqual({
      'cache-control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=3600',
      age: '12',
      'x-accel-expires': '18',
      'cache-status': 'Atrium; hit; ttl=17',
      'surrogate-key': 'products product:p1',
      'cache-groups': '"products", "product:p1"',
    });
  });

  it('keeps its lifetime when that is over: a cache counts from there how long it may use it', () => {
    expect(publicHeaders(aFreshness({ ageMs: 48_000 }))).toMatchObject({
      'cache-control': 'public, max-age=30, stale-while-revalidate=60, stale-if-error=3600',
      age: '48',
      'x-accel-expires': '0',
      'cache-status': 'Atrium; hit; ttl=-18',
    });
  });

  it('has no age where the services have just been asked', () => {
    const headers = publicHeaders(aFreshness({ hits: 0, misses: 2, ageMs: 3 }));
    expect(headers).toMatchObject({ 'cache-status': 'Atrium; fwd=miss', 'x-accel-expires': '30' });
    expect(headers).not.toHaveProperty('age');
  });

  it('says where some of it was remembered', () => {
    const headers = publicHeaders(aFreshness({ hits: 1, misses: 1, ageMs: 5_000 }));
    expect(headers).toMatchObject({ age: '5', 'cache-status': 'Atrium; fwd=partial' });
  });

  it('names no tag that a header cannot carry', () => {
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

describe('what a stand-in is part of', () => {
  it('is kept by no cache, nginx included', () => {
    expect(standInHeaders(aFreshness({ ageMs: 48_000, hasStandIn: true }))).toEqual({
      'cache-control': 'no-store',
      'x-accel-expires': '0',
      age: '48',
      'cache-status': 'Atrium; hit; ttl=-18',
    });
  });
});

describe('what is the caller’s own', () => {
  it('is checked with us each time, and has no tags', () => {
    expect(privateHeaders(aFreshness({ isPrivate: true, ageMs: 1_000 }))).toEqual({
      'cache-control': 'private, no-cache',
      age: '1',
      'cache-status': 'Atrium; hit; ttl=29',
    });
  });
});
