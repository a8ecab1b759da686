import { acceptedCodings } from '#gateway/edge/compression/accept-encoding';
import { addVary } from '#gateway/edge/headers/vary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PortalFile } from './portal-assets.ts';
import type { SentPage } from './portal.ts';

/** Sets the headers of a page; each visit asks whether it has changed. @returns its text */
export function sendPage(reply: FastifyReply, { text, policy }: SentPage): string {
  void reply
    .type('text/html; charset=utf-8')
    .headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' });
  return text;
}

/** Sets the headers of a file, which never changes: its name has the hash of its content. @returns its content */
export async function sendFile(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  read: (codings: readonly string[]) => Promise<PortalFile>,
): Promise<Buffer> {
  const { content, type, coding } = await read(acceptedCodings(headers['accept-encoding']));
  void reply.type(type).header('cache-control', 'public, max-age=31536000, immutable');
  if (coding) void reply.header('content-encoding', coding);
  addVary(reply, 'Accept-Encoding');
  return content;
}
