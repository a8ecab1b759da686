import { createHash, type Hash } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import type { PartSource } from './part-source.ts';
import { offsetOf, type UploadPart, type UploadRecord } from './upload-record.ts';
import type { UploadStore } from './upload-store.ts';

/** A hash that a client has sent of a body. */
export interface Digest {
  algorithm: 'sha1' | 'sha256' | 'sha512';
  value: Buffer;
}

/** How a body is received. */
export interface Receiving {
  /** The hash that it must have. */
  digest?: Digest;
  /** Stores the record, which has got further parts. */
  save(): Promise<void>;
  /** Called with the new offset when a part is stored. */
  onProgress?(offset: number): void;
}

/** The size in bytes up to which the last part is written again with what follows, so that short requests do not make many. */
const SMALL_BYTES = 65_536;

/**
 * Stores the bytes of a body as parts of an upload, and names each in the record once it is stored. With a hash, they are named
 * together after all have arrived and match.
 * @throws {GatewayError} CHECKSUM_MISMATCH
 */
export async function receiveParts(
  store: UploadStore,
  owner: string,
  record: UploadRecord,
  source: PartSource,
  { digest, save, onProgress }: Receiving,
): Promise<void> {
  if (digest) return receiveWhole(store, owner, record, source, { digest, save });
  while (await source.hasMore()) {
    const last = record.parts.at(-1);
    const again = last && last.size < SMALL_BYTES ? [last] : [];
    const part = await store.savePart(owner, record.id, joined(store.contentOf(again), source.part()));
    await name(store, record, record.parts.slice(0, record.parts.length - again.length), [part], save);
    await store.deleteParts(again);
    onProgress?.(offsetOf(record));
  }
}

async function receiveWhole(
  store: UploadStore,
  owner: string,
  record: UploadRecord,
  source: PartSource,
  { digest: { algorithm, value }, save }: Required<Pick<Receiving, 'digest' | 'save'>>,
): Promise<void> {
  const hash = createHash(algorithm);
  const parts: UploadPart[] = [];
  try {
    while (await source.hasMore()) parts.push(await store.savePart(owner, record.id, hashed(source.part(), hash)));
    if (source.failure) throw source.failure;
    if (!hash.digest().equals(value))
      throw new GatewayError('CHECKSUM_MISMATCH', { detail: `The ${algorithm} of the body is another.` });
  } catch (error) {
    await store.deleteParts(parts);
    throw error;
  }
  await name(store, record, record.parts, parts, save);
}

/** Makes parts belong to an upload. If that cannot be stored, they are deleted, and the upload is what it was. */
async function name(
  store: UploadStore,
  record: UploadRecord,
  kept: readonly UploadPart[],
  added: readonly UploadPart[],
  save: () => Promise<void>,
): Promise<void> {
  const before = record.parts;
  record.parts = [...kept, ...added];
  try {
    await save();
  } catch (error) {
    record.parts = before;
    await store.deleteParts(added).catch(() => {});
    throw error;
  }
}

async function* joined(...sources: AsyncIterable<Buffer>[]): AsyncGenerator<Buffer> {
  for (const source of sources) yield* source;
}

async function* hashed(source: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}
