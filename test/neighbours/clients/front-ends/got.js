import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import got, { HTTPError } from 'got';
import { CookieJar } from 'tough-cookie';
import { journey, parts } from './journey.js';

const cookieJar = new CookieJar();
const https = { certificateAuthority: readFileSync(process.env.CA) };
const client = got.extend({ retry: { limit: 0 }, throwHttpErrors: false, decompress: true });
// A pool, and HTTP/2 where the gateway speaks it.
const kept = client.extend({ agent: { http: new (await import('node:http')).Agent({ keepAlive: true }) } });
let http;

function read({ body, statusCode, headers, rawHeaders, url, httpVersion }) {
  if (url.startsWith('https')) http = httpVersion ?? http;
  const data = headers['content-type']?.includes('json') && body ? JSON.parse(body) : undefined;
  return {
    status: statusCode,
    headers: { get: (name) => headers[name] ?? removed(rawHeaders)[name] ?? null },
    data,
    text: body,
    url,
  };
}

/** What it removes when it decodes. */
const removed = (raw) =>
  Object.fromEntries(raw.flatMap((name, at) => (at % 2 ? [] : [[name.toLowerCase(), raw[at + 1]]])));

const send = async (method, url, { json, body, headers, jar }) =>
  read(await kept(url, { method, json, body, headers, https, ...(jar && { cookieJar, http2: true }) }));

await journey(send, {
  thrown: (url, headers) =>
    kept(url, { headers, throwHttpErrors: true }).catch((error) =>
      error instanceof HTTPError ? JSON.parse(error.response.body).code : error,
    ),
  chunked: (url, headers) => kept.post(url, { headers, body: Readable.from(parts()) }).json(),
  form: (url, headers) => {
    const form = new FormData();
    form.set('file', new Blob(['a']));
    return kept.post(url, { headers, body: form }).json();
  },
  lines: async (url) => kept.stream(url),
});
