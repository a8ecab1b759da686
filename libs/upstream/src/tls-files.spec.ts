import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CertificateAuthority } from '#libs/testing';
import { type TlsFileError, TlsFiles } from '#libs/upstream';

const authority = new CertificateAuthority('First');
const nextAuthority = new CertificateAuthority('Second');
const client = authority.issue('gateway');
const nextClient = authority.issue('gateway');

let folder: string;
let files: { ca: string; cert: string; key: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrium-tls-files-'));
  files = { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
  writeFileSync(files.ca, authority.cert);
  writeFileSync(files.cert, client.cert);
  writeFileSync(files.key, client.key);
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

/** The files, and why changes of them were refused. */
function opened(settings: ConstructorParameters<typeof TlsFiles>[0] = files) {
  const refused: string[] = [];
  return { tls: new TlsFiles(settings, ({ message }) => refused.push(message)), refused };
}

const texts = ({ ca, cert, key }: ReturnType<TlsFiles['current']>) => [ca, cert, key].map(String);

describe('the TLS files of an upstream', () => {
  it('are read at start, and again only where one has changed', () => {
    const { tls } = opened({ ...files, serverName: 'orders.internal' });
    const first = tls.current();
    expect(texts(first)).toEqual([authority.cert, client.cert, client.key]);
    expect(first.servername).toBe('orders.internal');
    expect(tls.current()).toBe(first);
    writeFileSync(files.ca, nextAuthority.cert + authority.cert);
    expect(texts(tls.current())[0]).toBe(nextAuthority.cert + authority.cert);
  });

  it('are the same set where they were written again with the same content', () => {
    const { tls } = opened();
    const first = tls.current();
    writeFileSync(files.ca, authority.cert);
    expect(tls.current()).toBe(first);
  });

  it('may be a name and nothing else', () => {
    expect(opened({ serverName: 'orders.internal' }).tls.current()).toEqual({ servername: 'orders.internal' });
    expect(opened({}).tls.current()).toEqual({});
  });

  it('keep the last good set while certificate and key do not fit, and say so once', () => {
    const { tls, refused } = opened();
    writeFileSync(files.cert, nextClient.cert);
    expect(texts(tls.current())).toEqual([authority.cert, client.cert, client.key]);
    tls.current();
    expect(refused).toEqual([`${files.key} is not the key of ${files.cert}`]);
    writeFileSync(files.key, nextClient.key);
    expect(texts(tls.current())).toEqual([authority.cert, nextClient.cert, nextClient.key]);
    expect(refused).toHaveLength(1);
  });

  it.each([
    ['half written', () => truncateSync(files.ca, 100)],
    ['empty', () => writeFileSync(files.ca, '')],
    ['gone', () => rmSync(files.ca)],
    ['half a bundle', () => writeFileSync(files.ca, authority.cert + nextAuthority.cert.slice(0, 90))],
    ['not a certificate inside', () => writeFileSync(files.ca, authority.cert.replace(/MII.{20}/, 'MII'))],
  ])('keep the last good set while the authorities are %s', (_, spoil) => {
    const { tls, refused } = opened();
    const first = tls.current();
    spoil();
    expect(tls.current()).toBe(first);
    expect(refused).toEqual([expect.stringContaining(files.ca)]);
    rmSync(files.ca, { force: true });
    writeFileSync(at('new.pem'), nextAuthority.cert);
    renameSync(at('new.pem'), files.ca);
    expect(texts(tls.current())[0]).toBe(nextAuthority.cert);
  });

  it('are followed where a link is pointed elsewhere, as Kubernetes renews a mounted secret', () => {
    for (const [name, { cert, key }] of Object.entries({ one: client, two: nextClient })) {
      mkdirSync(at(name));
      writeFileSync(at(`${name}/tls.crt`), cert);
      writeFileSync(at(`${name}/tls.key`), key);
    }
    symlinkSync(at('one'), at('data'));
    const { tls } = opened({ cert: at('data/tls.crt'), key: at('data/tls.key') });
    symlinkSync(at('two'), at('data.new'));
    renameSync(at('data.new'), at('data'));
    expect(String(tls.current().cert)).toBe(nextClient.cert);
  });

  it.each<[string, () => Record<string, string>, string, string]>([
    ['that is missing', () => ({ ca: at('none.pem') }), 'ca', 'none.pem cannot be read: ENOENT'],
    ['that is a folder', () => ({ ca: folder }), 'ca', 'cannot be read: it is not a file'],
    ['that never ends', () => ({ ca: '/dev/zero' }), 'ca', '/dev/zero cannot be read: it is not a file'],
    ['that is a key', () => ({ ca: files.key }), 'ca', 'key.pem is not one or more whole certificates in PEM'],
    [
      'that is a certificate',
      () => ({ ...files, key: files.cert }),
      'key',
      'cert.pem is not a private key in PEM',
    ],
    ['without the certificate it belongs to', () => ({ ...files, cert: files.ca }), 'key', 'is not the key of'],
    ['given as content', () => ({ ca: client.key }), 'ca', 'must be the path of a PEM file, not its content'],
  ])('cannot be used with one %s; the file is named, its content is not', (_, settings, setting, why) => {
    let failure: TlsFileError | undefined;
    try {
      opened(settings());
    } catch (error) {
      failure = error as TlsFileError;
    }
    expect(failure).toMatchObject({ setting, message: expect.stringContaining(why) });
    expect(failure!.message).not.toMatch(/BEGIN/);
  });
});
