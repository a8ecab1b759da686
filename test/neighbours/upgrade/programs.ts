import { type NeighbourProgram, redisServer } from '#test/support/neighbours/programs';
import { PreviousRelease } from '#test/support/neighbours/previous-release';

/** The release before this one. */
export const previous = new PreviousRelease();

const program: NeighbourProgram = {
  name: 'the previous release',
  packages: [],
  npm: previous,
  version: () => previous.version(),
};

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [redisServer, program], full: [] };
