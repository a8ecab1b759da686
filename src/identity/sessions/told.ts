import { GatewayError } from '#libs/errors';

/** Asks Redis for what a session needs. What fails is told as OVERLOADED: nobody is logged out because Redis is away. */
export async function told<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('OVERLOADED', {
      source: 'sessions',
      detail: 'Sessions cannot be reached right now: try again.',
      headers: { 'retry-after': '1' },
      cause,
    });
  }
}
