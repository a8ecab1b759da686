import { type Package, packageOf } from './packages.ts';

/** What a gateway takes from the `package.json` of a release. */
const KINDS = ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** The dependencies with their versions, and the scripts, of a release. */
export type ReleasePackage = Pick<Package, (typeof KINDS)[number]>;

/** Those of this release. @param atrium the `package.json` of Atrium */
export function releasePackage(atrium: Package): ReleasePackage {
  const { scripts, dependencies, devDependencies, optionalDependencies } = packageOf(atrium, '');
  return { scripts, dependencies, devDependencies, optionalDependencies };
}

/**
 * Brings a gateway's `package.json` to a release: common packages get its versions, new packages and scripts are added, and
 * scripts that the team has not edited are replaced. What the team removed stays removed.
 * @param before those of the release that the gateway had; releases before 0.2 kept none
 * @returns what was changed, for example `zod 4.1.0` and `npm run doctor`
 */
export function takePackage(own: Package, before: ReleasePackage | undefined, now: ReleasePackage): string[] {
  const changed: string[] = [];
  for (const kind of KINDS) {
    for (const [name, value] of Object.entries(now[kind])) {
      const known = own[kind]?.[name];
      const was = before?.[kind]?.[name];
      const isRemoved = known === undefined && was !== undefined;
      const isEdited = kind === 'scripts' && known !== undefined && known !== was;
      if (known === value || isRemoved || isEdited) continue;
      own[kind] = { ...own[kind], [name]: value };
      changed.push(kind === 'scripts' ? `npm run ${name}` : `${name} ${value}`);
    }
  }
  return changed;
}
