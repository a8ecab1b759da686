import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The service reads JSON and RFC 7396 merge patches; any other type of body is answered 415. */
export function jsonBodies(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  const parse = server.getDefaultJsonParser('error', 'error');
  for (const type of ['application/json', 'application/merge-patch+json']) {
    server.addContentTypeParser(type, { parseAs: 'string' }, parse);
  }
}
