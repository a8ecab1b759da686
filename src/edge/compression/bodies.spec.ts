import type { FastifyReply, FastifyRequest } from 'fastify';
import { aContext } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { packBody } from './bodies.ts';
import { PackedBodies } from './packed-bodies.ts';

const TEXT = 'a document, '.repeat(500);
const request = { context: aContext() } as unknown as FastifyRequest;
const replyOf = (cacheControl: string) => ({ getHeader: () => cacheControl }) as unknown as FastifyReply;

describe('a body without cached parts', () => {
  it.each([
    ['public, max-age=300', true],
    ['private, no-cache', false],
    ['no-store', false],
  ])('with %s is compressed once for all: %s', async (cacheControl, isKept) => {
    const packed = new PackedBodies(100_000);
    const [one, other] = [
      await packBody(TEXT, request, replyOf(cacheControl), 'gzip', packed),
      await packBody(TEXT, request, replyOf(cacheControl), 'gzip', packed),
    ];
    expect([one === other, packed.bytes > 0]).toEqual([isKept, isKept]);
  });
});
