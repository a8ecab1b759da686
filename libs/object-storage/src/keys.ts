const SEGMENT = '[A-Za-z0-9_-]{1,128}';
const KEY = new RegExp(`^${SEGMENT}(?:/${SEGMENT}){0,15}$`);

/** Returns a valid key. @throws {TypeError} a programming error: keys are made by the gateway */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new TypeError('A storage key has segments of [A-Za-z0-9_-], with / between them.');
  return key;
}

/** Returns a valid prefix of keys. @throws {TypeError} */
export function checkedPrefix(prefix: string): string {
  if (prefix === '' || (prefix.endsWith('/') && KEY.test(prefix.slice(0, -1)))) return prefix;
  throw new TypeError('A prefix of storage keys is empty or ends with /.');
}

const MAX_METADATA_BYTES = 2_048;
const NAME = /^[a-z0-9-]{1,40}$/;

/** Returns valid metadata. @throws {TypeError} */
export function checkedMetadata(metadata: Readonly<Record<string, string>> = {}): Record<string, string> {
  const isValid =
    Object.keys(metadata).every((name) => NAME.test(name)) &&
    Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES;
  if (!isValid) throw new TypeError('Metadata of an object has names of [a-z0-9-], and 2,048 bytes at most.');
  return { ...metadata };
}
