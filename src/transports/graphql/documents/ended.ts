import { deprecationHeaders } from '#gateway/declare/deprecated';
import { GatewayError } from '#libs/errors';
import type { Retirement } from '#gateway/transports/graphql/operation/retirement';

/** Whether the announced end of an operation has come. */
export const hasEnded = ({ sunset }: Retirement): boolean => Date.now() >= Date.parse(sunset);

/** The refusal of an operation that has ended: `GONE`, with the headers that announced it. */
export function endedError(retirement: Retirement): GatewayError {
  const detail = `This operation ended on ${retirement.sunset}.`;
  const members = { deprecation: retirement };
  return new GatewayError('GONE', { detail, headers: deprecationHeaders(retirement), members });
}
