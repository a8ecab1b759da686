import { GatewayError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;
/** Names of UTF-8, and of ASCII, whose text is UTF-8 as well. */
const UTF_8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

/**
 * The error for text in another charset than UTF-8; undefined for UTF-8, and for none. JSON is UTF-8 (RFC 8259, section 8.1),
 * so a client that names another one has encoded it so, or would, once its text has more than ASCII.
 */
export function charsetRefusal({ headers }: Pick<FastifyRequest, 'headers'>): GatewayError | undefined {
  const [, charset] = CHARSET.exec(headers['content-type'] ?? '') ?? [];
  if (charset === undefined || UTF_8.has(charset.toLowerCase())) return undefined;
  return new GatewayError('UNSUPPORTED_MEDIA_TYPE', {
    detail: 'The charset of the Content-Type must be UTF-8.',
    errors: [{ field: 'Content-Type', message: 'Must have the charset UTF-8, or none' }],
  });
}
