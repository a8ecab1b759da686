import { fromHttp, GatewayError } from '#libs/errors';
import type { Dispatcher } from 'undici';
import type { Validate } from './answer-schema.ts';
import type { Context } from './context.ts';
import { fromUndici } from './from-undici.ts';

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** Sends a request that ends with its context. @throws {GatewayError} UPSTREAM_* */
export async function send(
  pool: Pick<Dispatcher, 'request'>,
  context: Context,
  request: Dispatcher.RequestOptions,
): Promise<Dispatcher.ResponseData> {
  try {
    return await pool.request({ ...request, signal: context.signal });
  } catch (error) {
    throw fromUndici(error);
  }
}

/**
 * Reads an answer to its end.
 * @throws {GatewayError} what `fromHttp` makes of one that is not 2xx; UPSTREAM_BAD_RESPONSE for one that is no JSON, or
 * not what its contract says: where it differs is told in the cause, its values are not
 */
export async function read(response: Dispatcher.ResponseData, validate?: Validate): Promise<unknown> {
  const { statusCode, headers, body } = response;
  const type = String(headers['content-type'] ?? '');
  const text = await body.text().catch((error: unknown) => {
    throw fromUndici(error);
  });
  const json = JSON_TYPE.test(type) ? parsed(text) : undefined;
  if (statusCode >= 300 || statusCode < 200) throw fromHttp(statusCode, json, headers['retry-after']);
  // What does not parse is not quoted: there may be secrets in it.
  if (json === undefined) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: `no JSON, of type "${type}"` });
  const difference = validate?.(json);
  if (difference) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: difference });
  return json;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
