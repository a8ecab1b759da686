import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Makes a service accept JSON and RFC 7396 merge patches; any other media type gets 415. */
export function jsonBodies(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser('error', 'error');
  for (const type of ['application/json', 'application/merge-patch+json']) {
    server.addContentTypeParser(type, { parseAs: 'string' }, parse);
  }
}
