import { patientOf, type Redis } from '#libs/redis';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { ServerOptions } from 'socket.io';

const STREAM = 'atrium:sockets';

/** Passes what is said at one gateway on to the sockets of all, by a Redis stream. @returns and how to end that */
export function acrossGateways(redis: Redis): { adapter: ServerOptions['adapter']; end: () => void } {
  const patient = patientOf(redis);
  const adapter = createAdapter(patient.redis, {
    streamName: STREAM,
    channelPrefix: STREAM,
    sessionKeyPrefix: `${STREAM}:session:`,
    onlyPlaintext: true,
  });
  return { adapter: adapter as ServerOptions['adapter'], end: patient.end };
}
