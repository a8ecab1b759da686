import type { TlsMaterial } from './settings.ts';

/**
 * Looks again and again whether the material of TLS is another object than before.
 * @param onChange is called after each change
 * @returns ends it
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
