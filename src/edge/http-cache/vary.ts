/** Results by `Vary`; handlers set few different values of it. */
const worked = { private: new Map<string, string>(), public: new Map<string, string>() };

/** The `Vary` of a cacheable response: the names set so far, and those every such response depends on. */
export function varyOf(header: number | string | string[] | undefined, isPrivate: boolean): string {
  const known = isPrivate ? worked.private : worked.public;
  const text = String(header ?? '');
  let vary = known.get(text);
  if (vary === undefined) {
    const others = text.split(',').map((name) => name.trim());
    const ours = ['Accept', 'Accept-Version', ...(isPrivate ? ['Authorization', 'Cookie', 'X-API-Key'] : [])];
    known.set(text, (vary = [...new Set([...others, ...ours])].filter(Boolean).join(', ')));
  }
  return vary;
}
