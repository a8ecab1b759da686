import type { RealProcess } from '#test/support/process';

/** A gateway of one of both releases. */
export interface Gateway {
  url: string;
  adminUrl: string;
  process: RealProcess;
}

/** What a gateway answers, with the members of a body that the spec reads. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, string> & {
    product: { name: string };
    isEnded: boolean;
    state: string;
    result: { url: string };
  };
}

/** A GET, or a POST of JSON. @param key its idempotency key */
export async function send(
  url: string,
  path: string,
  token?: string,
  body?: object,
  key?: string,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : {}) as Answer['body'],
  };
}
