import { currentSpan } from '#libs/observe';
import type { Redis } from 'ioredis';

/** Server errors begin with a code in capitals; the rest of their text may contain a key. */
const CODE = /^[A-Z]{3,}/;

/**
 * Records each command as a span of the request that it is sent for (Redis conventions of OpenTelemetry). Keys and
 * values are left out.
 */
export function recordCommands(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (...given: Parameters<Redis['sendCommand']>) => {
    const parent = currentSpan();
    if (!parent) return send(...given);
    const [command] = given;
    const name = command.name.toUpperCase();
    const span = parent.start(name, 'client', { 'db.system.name': 'redis', 'db.operation.name': name });
    const sent: unknown = send(...given);
    (command as unknown as { promise: Promise<unknown> }).promise.then(
      () => span.end(),
      ({ message, name: kind }: Error) => span.end(CODE.exec(message)?.[0] ?? kind),
    );
    return sent;
  };
}
