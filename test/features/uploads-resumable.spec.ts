import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPicture, type Came, type UploadRequest, UploadGateway } from '#test/support/upload-gateway';

const PNG = aPicture(300_000);
const PARTIAL = { 'content-type': 'application/partial-upload' };
const VERSION = { 'upload-draft-interop-version': '6' };

describe('draft-ietf-httpbis-resumable-upload', () => {
  let shop: UploadGateway;
  beforeAll(async () => {
    shop = await UploadGateway.open({ UPLOAD_LIMIT_BYTES: '1000000', UPLOAD_QUOTA_BYTES: '1500000' });
  });
  afterAll(() => shop.close());

  let visitors = 0;
  /** Somebody without uploads. */
  const somebody = () => `draft-${(visitors += 1)}`;
  const create = (as: string, headers: Record<string, string>, rest: UploadRequest = {}) =>
    shop.send('POST', '/v1/uploads', { as, ...rest, headers: { ...VERSION, ...headers } });
  const append = (as: string, url: string, offset: number, isLast: boolean, rest: UploadRequest = {}) => {
    const headers = {
      ...VERSION,
      ...PARTIAL,
      'upload-offset': `${offset}`,
      'upload-complete': isLast ? '?1' : '?0',
    };
    return shop.send('PATCH', url, { as, ...rest, headers: { ...headers, ...rest.headers } });
  };
  const state = async (as: string, url: string) => (await shop.send('HEAD', url, { as })).headers;
  const problem = ({ status, body }: Came) => {
    const { code, errors } = JSON.parse(body.toString()) as { code: string; errors?: { field: string }[] };
    return [status, code, ...(errors ?? []).map(({ field }) => field)];
  };

  it('tells its limits to everybody', async () => {
    const { status, headers } = await shop.send('OPTIONS', '/v1/uploads', { headers: { authorization: '' } });
    expect([status, headers['upload-limit'], headers['accept-patch']]).toEqual([
      204,
      'max-size=1000000',
      'application/partial-upload',
    ]);
  });

  it.each(['6', '7', '8'])(
    'sends 104 with the place of the upload before the body is read, to version %s',
    async (version) => {
      const as = somebody();
      const headers = {
        'upload-draft-interop-version': version,
        'upload-complete': '?1',
        'content-type': 'image/png',
      };
      const came = await create(as, headers, { body: PNG });
      const [first, ...others] = came.interim;
      expect(first!.statusCode).toBe(104);
      expect(first!.headers).toMatchObject({
        'upload-draft-interop-version': version,
        'upload-limit': expect.stringMatching(/^max-size=1000000, max-age=86\d{3}, expires=86\d{3}$/),
      });
      expect(others.at(-1)!.headers['upload-offset']).toBe(`${PNG.length}`);
      expect(came.status).toBe(201);
      expect(came.headers).toMatchObject({
        location: first!.headers['location'],
        'upload-complete': '?1',
        'upload-offset': `${PNG.length}`,
      });
      expect(JSON.parse(came.body.toString())).toMatchObject({
        isComplete: true,
        type: 'image/png',
        length: PNG.length,
      });
    },
  );

  it('answers other versions explicitly, and sends no 104 without one', async () => {
    for (const version of ['3', '5', '9', 'x']) {
      const headers = { 'upload-draft-interop-version': version, 'upload-complete': '?1' };
      const came = await create(somebody(), headers, { body: 'text' });
      expect(problem(came)).toEqual([400, 'BAD_REQUEST', 'Upload-Draft-Interop-Version']);
      expect([came.headers['upload-draft-interop-version'], came.interim]).toEqual(['8', []]);
    }
    const plain = await shop.send('POST', '/v1/uploads', {
      as: somebody(),
      body: 'text',
      headers: { 'upload-complete': '?1' },
    });
    expect([plain.status, plain.interim]).toEqual([201, []]);
  });

  it('goes on where the connection broke', async () => {
    const as = somebody();
    const { interim, ...created } = await create(as, {
      'upload-complete': '?0',
      'upload-length': `${PNG.length}`,
    });
    expect([created.status, created.headers['upload-complete'], created.headers['upload-offset']]).toEqual([
      201,
      '?0',
      '0',
    ]);
    const url = created.headers.location!;
    expect(interim[0]!.headers['location']).toBe(url);
    await expect(append(as, url, 0, true, { body: PNG, cutAfter: 150_000 })).rejects.toThrow();
    let headers = await state(as, url);
    while (headers['upload-offset'] === undefined) headers = await state(as, url);
    const offset = Number(headers['upload-offset']);
    expect(offset).toBeLessThanOrEqual(150_000);
    expect(headers).toMatchObject({
      'upload-complete': '?0',
      'upload-length': `${PNG.length}`,
      'cache-control': 'private, no-store',
    });
    const middle = await append(as, url, offset, false, { body: PNG.subarray(offset, offset + 100_000) });
    expect([middle.status, middle.headers['upload-complete']]).toEqual([204, '?0']);
    const last = await append(as, url, offset + 100_000, true, { body: PNG.subarray(offset + 100_000) });
    expect([last.status, last.headers['upload-complete']]).toEqual([200, '?1']);
    // The response may have been lost.
    expect((await append(as, url, PNG.length, true)).status).toBe(200);
    expect((await state(as, url))['upload-complete']).toBe('?1');
  });

  it('is complete when the client says so, not when the length is reached', async () => {
    const as = somebody();
    const { headers } = await create(as, { 'upload-complete': '?0', 'upload-length': '4' }, { body: 'text' });
    const url = headers.location!;
    expect((await state(as, url))['upload-complete']).toBe('?0');
    expect((await append(as, url, 4, true)).status).toBe(200);
    const unknown = (await create(as, { 'upload-complete': '?0' }, { body: 'no length' })).headers.location!;
    expect((await state(as, unknown))['upload-length']).toBeUndefined();
    expect((await append(as, unknown, 9, true)).headers['upload-length']).toBe('9');
  });

  it('names the right offset, and refuses lengths that differ', async () => {
    const as = somebody();
    const { headers } = await create(as, { 'upload-complete': '?0', 'upload-length': '10' }, { body: 'five.' });
    const url = headers.location!;
    const wrong = await append(as, url, 6, false, { body: 'x' });
    expect(problem(wrong)).toEqual([409, 'OFFSET_MISMATCH', 'Upload-Offset']);
    expect([wrong.headers['upload-offset'], wrong.headers['upload-complete']]).toEqual(['5', '?0']);
    const short = await append(as, url, 5, true, { body: 'four' });
    expect(problem(short)).toEqual([400, 'BAD_REQUEST', 'Upload-Length']);
    const other = await append(as, url, 5, false, { body: 'x', headers: { 'upload-length': '11' } });
    expect(problem(other)).toEqual([400, 'BAD_REQUEST', 'Upload-Length']);
    expect(problem(await append(as, url, 5, false, { body: 'six...' }))).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await append(as, url, 5, true, { body: '.five' })).status).toBe(200);
  });

  it.each([
    ['an odd completeness', { 'upload-complete': 'true' }, 'Upload-Complete'],
    ['an odd length', { 'upload-complete': '?0', 'upload-length': 'ten' }, 'Upload-Length'],
    ['an odd digest', { 'upload-complete': '?1', 'content-digest': 'sha-256=abc' }, 'Content-Digest'],
    ['a short digest', { 'upload-complete': '?1', 'repr-digest': 'sha-256=:YQ==:' }, 'Repr-Digest'],
  ])('refuses %s', async (_, headers, field) => {
    const came = await create(somebody(), headers as unknown as Record<string, string>, { body: 'text' });
    expect(problem(came)).toEqual([400, 'BAD_REQUEST', field]);
  });

  it('refuses an append without its headers or its type', async () => {
    const as = somebody();
    const { headers } = await create(as, { 'upload-complete': '?0' });
    const url = headers.location!;
    const sent = (given: Record<string, string>) => shop.send('PATCH', url, { as, body: 'x', headers: given });
    expect(problem(await sent({ ...PARTIAL, 'upload-complete': '?1' }))).toEqual([
      400,
      'BAD_REQUEST',
      'Upload-Offset',
    ]);
    expect(problem(await sent({ ...PARTIAL, 'upload-offset': '0' }))).toEqual([
      400,
      'BAD_REQUEST',
      'Upload-Complete',
    ]);
    expect((await sent({ 'upload-offset': '0', 'upload-complete': '?1' })).status).toBe(415);
    const coded = { ...PARTIAL, 'upload-offset': '0', 'upload-complete': '?1', 'content-encoding': 'gzip' };
    expect((await sent(coded)).status).toBe(415);
  });

  it.each(['text', 'text/', '/plain', 'image/png; charset'])('names a Content-Type that is %j', async (type) => {
    const { status, body } = await create(somebody(), { 'content-type': type }, { body: 'text' });
    const { detail, errors } = JSON.parse(body.toString()) as { detail: string; errors: { field: string }[] };
    expect([status, errors.map(({ field }) => field)]).toEqual([415, ['Content-Type']]);
    expect(detail).not.toContain('JSON');
  });

  it('checks the hash of a request, and of the whole', async () => {
    const as = somebody();
    const digest = (text: string) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;
    const refused = await create(
      as,
      { 'upload-complete': '?1', 'content-digest': digest('other') },
      { body: 'text' },
    );
    expect(problem(refused)).toEqual([460, 'CHECKSUM_MISMATCH']);
    const whole = { 'upload-complete': '?0', 'repr-digest': digest('onetwo') };
    const { headers } = await create(as, whole, { body: 'one' });
    expect((await append(as, headers.location!, 3, true, { body: 'two' })).status).toBe(200);
    const other = await create(as, whole, { body: 'one' });
    expect(problem(await append(as, other.headers.location!, 3, true, { body: 'ten' }))).toEqual([
      460,
      'CHECKSUM_MISMATCH',
    ]);
    expect((await shop.send('GET', other.headers.location!, { as })).status).toBe(404);
  });

  it('is what a plain upload is, too', async () => {
    const as = somebody();
    const headers = {
      'content-type': 'image/png',
      'content-disposition': `inline; filename*=UTF-8''Gr%C3%BCn.png`,
    };
    const came = await shop.send('POST', '/v1/uploads', { as, body: PNG, headers });
    expect(came.status).toBe(201);
    expect(JSON.parse((await shop.send('GET', came.headers.location!, { as })).body.toString())).toEqual({
      id: came.headers.location!.split('/').at(-1),
      offset: PNG.length,
      length: PNG.length,
      isComplete: true,
      type: 'image/png',
      expiresAt: expect.stringMatching(/^20/),
    });
    // A broken one leaves nothing, since the client has no URL to go on at.
    await expect(shop.send('POST', '/v1/uploads', { as, body: PNG, headers, cutAfter: 1_000 })).rejects.toThrow();
    expect((await shop.send('POST', '/v1/uploads', { as, body: 'pdf', headers })).status).toBe(415);
  });

  it('counts what a caller has not finished against a quota', async () => {
    const as = somebody();
    const { headers } = await create(as, { 'upload-complete': '?0', 'upload-length': '900000' });
    const second = await create(as, { 'upload-complete': '?0', 'upload-length': '900000' });
    expect(problem(second)).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    // One of unknown length has what is left.
    const open = await create(as, { 'upload-complete': '?0' });
    const much = Buffer.alloc(600_001);
    expect(problem(await append(as, open.headers.location!, 0, true, { body: much }))).toEqual([
      413,
      'PAYLOAD_TOO_LARGE',
    ]);
    expect((await shop.send('DELETE', headers.location!, { as })).status).toBe(204);
    expect((await create(as, { 'upload-complete': '?0', 'upload-length': '900000' })).status).toBe(201);
  });
});
