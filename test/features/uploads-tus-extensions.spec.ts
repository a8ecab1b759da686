import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPicture, type UploadRequest, UploadGateway } from '#test/support/upload-gateway';

const TUS = { 'tus-resumable': '1.0.0' };
const BYTES = { ...TUS, 'content-type': 'application/offset+octet-stream' };
const PNG = aPicture(400_000);

describe('the extensions of tus 1.0', () => {
  let shop: UploadGateway;
  beforeAll(async () => {
    shop = await UploadGateway.open({ UPLOAD_LIMIT_BYTES: '1000000' });
  });
  afterAll(() => shop.close());

  let visitors = 0;
  /** Somebody without uploads. */
  const somebody = () => `ext-${(visitors += 1)}`;
  const create = async (as: string, headers: Record<string, string>, rest: UploadRequest = {}) => {
    const came = await shop.send('POST', '/v1/uploads/tus', { as, ...rest, headers: { ...TUS, ...headers } });
    return { ...came, url: came.headers.location! };
  };
  const patch = (as: string, url: string, offset: number, body: Buffer, headers: Record<string, string> = {}) =>
    shop.send('PATCH', url, { as, body, headers: { ...BYTES, 'upload-offset': `${offset}`, ...headers } });
  const offsetAt = async (as: string, url: string) =>
    Number((await shop.send('HEAD', url, { as, headers: TUS })).headers['upload-offset']);
  const problem = ({ status, body }: { status: number; body: Buffer }) => {
    const { code, errors } = JSON.parse(body.toString()) as { code: string; errors?: { field: string }[] };
    return [status, code, ...(errors ?? []).map(({ field }) => field)];
  };

  it.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'application/json'])(
    'creates an upload without a body whatever type that is said to have, as aiohttp does: %s',
    async (type) => {
      const as = somebody();
      const typed = { 'content-type': type, 'upload-length': '4' };
      const { status, url } = await create(as, { ...typed, 'content-length': '0' });
      expect(status).toBe(201);
      expect((await patch(as, url, 0, Buffer.from('text'))).headers['upload-offset']).toBe('4');
      expect(problem(await create(as, typed, { body: 'text' }))).toEqual([
        415,
        'UNSUPPORTED_MEDIA_TYPE',
        'Content-Type',
      ]);
    },
  );

  it('keeps a body with a checksum whole or not at all', async () => {
    const as = somebody();
    const { url } = await create(as, { 'upload-length': '8' });
    const sum = (algorithm: string, text: string) =>
      `${algorithm} ${createHash(algorithm).update(text).digest('base64')}`;
    const wrong = await patch(as, url, 0, Buffer.from('half'), { 'upload-checksum': sum('sha256', 'else') });
    expect(problem(wrong)).toEqual([460, 'CHECKSUM_MISMATCH']);
    expect(await offsetAt(as, url)).toBe(0);
    for (const [algorithm, offset] of [
      ['sha1', 0],
      ['sha256', 4],
    ] as const)
      expect(
        (await patch(as, url, offset, Buffer.from('half'), { 'upload-checksum': sum(algorithm, 'half') })).status,
      ).toBe(204);
    for (const checksum of ['md5 AAAA', 'sha256 AAAA', 'sha256', 'sha256 ä'])
      expect(problem(await patch(as, url, 8, Buffer.alloc(0), { 'upload-checksum': checksum }))).toEqual([
        400,
        'BAD_REQUEST',
        'Upload-Checksum',
      ]);
  });

  it('merges parts whose hashes were right, in the order of the list and not of their arrival', async () => {
    const as = somebody();
    const contents = Array.from({ length: 3 }, () => randomBytes(100_000));
    const checksum = (bytes: Buffer) => ({
      'upload-checksum': `sha256 ${createHash('sha256').update(bytes).digest('base64')}`,
    });
    const parts = await Promise.all(
      contents.map(async (bytes) => {
        const { url } = await create(as, { 'upload-concat': 'partial', 'upload-length': `${bytes.length}` });
        return url;
      }),
    );
    for (const [at, url] of parts.entries()) {
      const broken = Buffer.from(contents[at]!);
      broken[50_000]! ^= 1;
      if (at === 1) {
        const refused = await patch(as, url, 0, broken, checksum(contents[at]!));
        expect(problem(refused)).toEqual([460, 'CHECKSUM_MISMATCH']);
        const early = await create(as, { 'upload-concat': `final;${parts.join(' ')}` });
        expect(problem(early)).toEqual([400, 'BAD_REQUEST', 'Upload-Concat']);
      }
      expect((await patch(as, url, 0, contents[at]!, checksum(contents[at]!))).status).toBe(204);
    }
    const [one, two, three] = parts;
    const final = await create(as, { 'upload-concat': `final;${three} ${one} ${two}` });
    const merged = await shop.received(as, final.url);
    expect(merged.equals(Buffer.concat([contents[2]!, contents[0]!, contents[1]!]))).toBe(true);
  });

  it('makes one file of parts that arrived in parallel, in the order of the list', async () => {
    const as = somebody();
    const third = Math.ceil(PNG.length / 3);
    const parts = await Promise.all(
      [0, 1, 2].map(async (at) => {
        const bytes = PNG.subarray(at * third, (at + 1) * third);
        const { url } = await create(as, { 'upload-concat': 'partial', 'upload-length': `${bytes.length}` });
        expect((await patch(as, url, 0, bytes)).status).toBe(204);
        return url;
      }),
    );
    const unfinished = await create(as, { 'upload-concat': 'partial', 'upload-length': '10' });
    expect(problem(await create(as, { 'upload-concat': `final;${parts[0]} ${unfinished.url}` }))).toEqual([
      400,
      'BAD_REQUEST',
      'Upload-Concat',
    ]);
    const withBody = await create(
      as,
      { ...BYTES, 'upload-concat': `final;${parts.join(' ')}` },
      { body: Buffer.from('more') },
    );
    expect(problem(withBody)).toEqual([400, 'BAD_REQUEST', 'Upload-Concat']);
    const type = { 'upload-metadata': 'filetype aW1hZ2UvcG5n' };
    // With the type of a body, but without one.
    const final = await create(
      as,
      { ...BYTES, 'upload-concat': `final;${parts.join(' ')}`, ...type },
      { body: '' },
    );
    expect([final.status, final.headers['upload-offset']]).toEqual([201, `${PNG.length}`]);
    expect((await shop.received(as, final.url)).equals(PNG)).toBe(true);
    expect((await patch(as, final.url, PNG.length, Buffer.alloc(0))).status).toBe(403);
    const { headers } = await shop.send('HEAD', final.url, { as, headers: TUS });
    expect(headers['upload-concat']).toBe(`final;${parts.join(' ')}`);
    expect((await shop.send('HEAD', parts[0]!, { as, headers: TUS })).status).toBe(404);
  });

  it('refuses a file of another type than declared, and deletes it', async () => {
    const as = somebody();
    const { url } = await create(as, { 'upload-length': '18', 'upload-metadata': 'filetype aW1hZ2UvcG5n' });
    const came = await patch(as, url, 0, Buffer.from('<script>1</script>'));
    expect(problem(came)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE', 'Content-Type']);
    expect((await shop.send('HEAD', url, { as, headers: TUS })).status).toBe(404);
    expect(shop.log.with({ audit: 'upload.refused', userId: as })).toHaveLength(1);
  });
});
