import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProfileRequest } from './profile-request.ts';

const ENDINGS = { cpu: 'cpuprofile', allocations: 'heapprofile', heap: 'heapsnapshot' } as const;

/** The name of the file of a profile, with the time in UTC: Chrome's developer tools open it by its ending. */
export const fileNameOf = (kind: ProfileRequest['kind']): string =>
  `atrium-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}.${ENDINGS[kind]}`;

/** Makes the response a file to download. It is a stream: its duration is that of the profile, and no latency. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, kind: ProfileRequest['kind']): void {
  request.isStream = true;
  void reply.type('application/json; charset=utf-8');
  void reply.header('content-disposition', `attachment; filename="${fileNameOf(kind)}"`);
}

/** Aborted when the client has gone. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
