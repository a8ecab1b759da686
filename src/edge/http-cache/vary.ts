/** Doors say few different things: what has been worked out is kept. */
const worked = { private: new Map<string, string>(), public: new Map<string, string>() };

/** `Vary` of an answer that caches may keep: what has been said already, and what every such answer depends on. */
export function varyOf(said: number | string | string[] | undefined, isPrivate: boolean): string {
  const known = isPrivate ? worked.private : worked.public;
  const text = String(said ?? '');
  let vary = known.get(text);
  if (vary === undefined) {
    const others = text.split(',').map((name) => name.trim());
    const ours = ['Accept', 'Accept-Version', ...(isPrivate ? ['Authorization', 'Cookie'] : [])];
    known.set(text, (vary = [...new Set([...others, ...ours])].filter(Boolean).join(', ')));
  }
  return vary;
}
