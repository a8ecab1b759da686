// ky, over the fetch of Node.
import { Readable } from 'node:stream';
import makeFetchCookie from 'fetch-cookie';
import ky, { HTTPError } from 'ky';
import { journey, parts } from './journey.js';

const client = ky.create({ throwHttpErrors: false, retry: 0 });
const browser = client.extend({ fetch: makeFetchCookie(fetch) });

async function send(method, url, { json, body, headers, jar }) {
  const answer = await (jar ? browser : client)(url, { method, json, body, headers });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return {
    status: answer.status,
    headers: answer.headers,
    data: isJson && text ? JSON.parse(text) : undefined,
    text,
    url: answer.url,
  };
}

await journey(send, {
  thrown: (url, headers) =>
    ky(url, { headers, retry: 0 }).catch(
      async (error) => error instanceof HTTPError && (await error.response.json()).code,
    ),
  chunked: (url, headers) =>
    client.post(url, { headers, body: Readable.toWeb(Readable.from(parts())), duplex: 'half' }).json(),
  form: (url, headers) => {
    const form = new FormData();
    form.set('file', new Blob(['a']));
    return client.post(url, { headers, body: form }).json();
  },
  lines: async (url) => (await client(url)).body.pipeThrough(new TextDecoderStream()),
});
