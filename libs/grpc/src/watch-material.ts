import type { TlsMaterial } from './settings.ts';

/**
 * Polls for changed TLS files, by the identity of their object.
 * @param onChange called after each change
 * @returns a function that stops polling
 */
export function watchMaterial(material: () => TlsMaterial, everyMs: number, onChange: () => void): () => void {
  let current = material();
  const timer = setInterval(() => {
    const next = material();
    if (next === current) return;
    current = next;
    onChange();
  }, everyMs).unref();
  return () => clearInterval(timer);
}
