import { deprecationHeaders } from '#gateway/declare/deprecated';
import { GatewayError } from '#libs/errors';
import type { Retirement } from './retirement.ts';

/** Refuses an operation after its end. @throws {GatewayError} GONE, with the headers that announced it */
export function refuseRetired(retired: Retirement | undefined): void {
  if (!retired || Date.now() < Date.parse(retired.sunset)) return;
  const detail = `This operation ended on ${retired.sunset}.`;
  throw new GatewayError('GONE', { detail, headers: deprecationHeaders(retired) });
}
