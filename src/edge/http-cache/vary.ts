/** Results by `Vary`; handlers set few different values of it. */
const results = { private: new Map<string, string>(), public: new Map<string, string>() };

/** The `Vary` of a cacheable response: the names set so far, and those every such response depends on. */
export function varyOf(header: number | string | string[] | undefined, isPrivate: boolean): string {
  const cache = isPrivate ? results.private : results.public;
  const text = String(header ?? '');
  let vary = cache.get(text);
  if (vary === undefined) {
    const others = text.split(',').map((name) => name.trim());
    const always = ['Accept', 'Accept-Version', ...(isPrivate ? ['Authorization', 'Cookie', 'X-API-Key'] : [])];
    cache.set(text, (vary = [...new Set([...others, ...always])].filter(Boolean).join(', ')));
  }
  return vary;
}
