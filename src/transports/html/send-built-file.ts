import { acceptedCodings } from '#gateway/edge/compression/accept-encoding';
import { addVary } from '#gateway/edge/headers/vary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BuiltFile } from './built-files.ts';

/** Sets the headers of a built file, which never changes: its name has the hash of its content. @returns its content */
export async function sendBuiltFile(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  read: (codings: readonly string[]) => Promise<BuiltFile>,
): Promise<Buffer> {
  const { content, type, coding } = await read(acceptedCodings(headers['accept-encoding']));
  void reply.type(type).header('cache-control', 'public, max-age=31536000, immutable');
  if (coding) void reply.header('content-encoding', coding);
  addVary(reply, 'Accept-Encoding');
  return content;
}
