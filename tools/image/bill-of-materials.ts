import type { LockedPackages } from './locked-packages.ts';

/** A bill of materials in CycloneDX, as npm writes it. */
export interface Bill {
  components: { 'bom-ref': string; name: string; version: string }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

/**
 * The part of a bill of all locked packages that is about these. npm itself leaves out two thirds of them with `--omit dev`:
 * all that a development dependency needs as well.
 */
export function billOf<B extends Bill>(all: B, packages: LockedPackages): B {
  const refs = new Set(
    Object.entries(packages).map(
      ([folder, { name = folder.slice(folder.lastIndexOf('node_modules/') + 13), version }]) =>
        `${name}@${version}`,
    ),
  );
  const components = all.components.filter(({ name, version }) => refs.has(`${name}@${version}`));
  const kept = new Set(components.map((component) => component['bom-ref']));
  const left = new Set(all.components.map((component) => component['bom-ref']).filter((ref) => !kept.has(ref)));
  const dependencies = all.dependencies
    .filter(({ ref }) => !left.has(ref))
    .map((one) => ({
      ...one,
      ...(one.dependsOn && { dependsOn: one.dependsOn.filter((ref) => !left.has(ref)) }),
    }));
  return { ...all, components, dependencies };
}
