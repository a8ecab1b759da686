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
  const { statusCode, headers } = response;
  const json = isJson(headers) ? parsed(await text(response)) : await skipped(response);
  if (statusCode >= 300 || statusCode < 200) throw fromHttp(statusCode, json, headers['retry-after']);
  // What does not parse is not quoted: there may be secrets in it.
  if (json === undefined)
    throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: `no JSON, ${described(headers)}` });
  const difference = validate?.(json);
  if (difference) throw new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: difference });
  return json;
}

/** No request of ours asks for a content coding, so that one is none to unpack: it may be a gzip bomb. */
function isJson(headers: Dispatcher.ResponseData['headers']): boolean {
  return (
    JSON_TYPE.test(String(headers['content-type'])) && (headers['content-encoding'] ?? 'identity') === 'identity'
  );
}

function described(headers: Dispatcher.ResponseData['headers']): string {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers;
  return `of type "${String(type)}", coding "${String(coding)}"`;
}

async function text({ body }: Dispatcher.ResponseData): Promise<string> {
  try {
    return await body.text();
  } catch (error) {
    throw fromUndici(error);
  }
}

/** Reads a little to its end, so that the connection can be kept, and cuts off what is more. */
async function skipped({ body }: Dispatcher.ResponseData): Promise<undefined> {
  await body.dump();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
