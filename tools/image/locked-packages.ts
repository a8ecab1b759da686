/** A package in `package-lock.json`. */
export interface LockedPackage {
  /** Its own name, where it is installed by another. */
  name?: string;
  version?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** The packages of a lock file, by folder, for example `node_modules/a/node_modules/b`. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/**
 * The folders of packages and of all that they depend on.
 * @param names of packages that the project itself depends on
 * @throws {Error} if the lock file has none of such a name
 */
export function closureOf(packages: LockedPackages, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const add = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies, optionalDependencies } = packages[folder]!;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const at = folderOf(packages, name, folder);
      // Optional ones for other systems may be missing.
      if (at) add(at);
    }
  };
  for (const name of names) {
    if (!packages[`node_modules/${name}`]) throw new Error(`package-lock.json has no ${name}`);
    add(`node_modules/${name}`);
  }
  return found;
}

/** Where Node finds a package that another imports: in the nearest `node_modules` above that one. */
function folderOf(packages: LockedPackages, name: string, importer: string): string | undefined {
  for (let above = importer; ; above = above.slice(0, Math.max(0, above.lastIndexOf('node_modules') - 1))) {
    const folder = `${above ? `${above}/` : ''}node_modules/${name}`;
    if (packages[folder]) return folder;
    if (!above) return undefined;
  }
}
