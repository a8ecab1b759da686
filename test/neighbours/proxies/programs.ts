import { ALL } from './all.ts';

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: ALL.map(({ program }) => program), full: [] };
