import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openApiDocument } from './openapi.ts';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await createGateway(loadConfig({}), createLogger('gateway', 'silent'));
});
afterAll(() => app?.close());

describe('the OpenAPI document', () => {
  it('is the same, byte for byte, each time it is made', () => {
    const [first, second] = [openApiDocument(app), openApiDocument(app)].map((one) => JSON.stringify(one));
    expect(second).toBe(first);
  });
});
