import { join } from 'node:path';
import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { type NeighbourProgram, npmPackage } from '#test/support/neighbours/programs';

const releases = new NpmFolder('test/neighbours/node/releases');

/** A release of Node beside the pinned one. */
export interface NodeRelease extends NeighbourProgram {
  /** The folder of its `node`. */
  readonly folder: string;
}

const release = (major: number): NodeRelease => {
  const name = `node-${major}-${process.arch}`;
  return {
    ...npmPackage(releases, `Node ${major}`, name),
    folder: join(releases.path, 'node_modules', name, 'bin'),
  };
};

/** The oldest release that the project runs on, and one that is too old for it. */
export const node24 = release(24);
export const node22 = release(22);

export const programs = { quick: [node24, node22], full: [] };
