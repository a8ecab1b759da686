import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { declareRoute } from './route.ts';
import { StreamedBody } from './streamed-body.ts';
import { Uncompressed } from './uncompressed.ts';

const STREAMED = { types: ['text/csv'], maxBytes: 1_000, leastBytesPerSecond: 100 };

@Uncompressed()
class Imports {
  @StreamedBody(STREAMED)
  create(): void {}

  list(): void {}
}

const configOf = (handler: () => void): unknown => Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler);

describe('the route configuration of a handler', () => {
  it('combines what its class and its method declare', () => {
    expect(configOf(Imports.prototype.create)).toEqual({ isUncompressed: true, streamedBody: STREAMED });
    expect(configOf(Imports.prototype.list)).toEqual({ isUncompressed: true });
  });

  it('is replaced by a later declaration of the same property alone', () => {
    class One {
      @declareRoute({ isUncompressed: true })
      @StreamedBody(STREAMED)
      @declareRoute({ isUncompressed: false })
      run(): void {}
    }
    expect(configOf(One.prototype.run)).toEqual({ isUncompressed: true, streamedBody: STREAMED });
  });
});
