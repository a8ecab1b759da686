import { trafficServer } from '#test/support/neighbours/programs';
import { QUICK } from './all.ts';

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: QUICK.map(({ program }) => program), full: [trafficServer] };
