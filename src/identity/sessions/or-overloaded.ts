import { GatewayError } from '#libs/errors';

/** Runs a Redis operation of sessions. A failure becomes OVERLOADED, so that a Redis outage logs nobody out. */
export async function orOverloaded<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('OVERLOADED', {
      source: 'sessions',
      detail: 'Sessions cannot be reached right now: try again.',
      cause,
    });
  }
}
