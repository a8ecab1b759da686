import { chromium, firefox } from '#test/support/neighbours/programs';

/** What the quick set needs, and what the full set needs besides. The checker of accessibility is a package of npm. */
export const programs = { quick: [chromium, firefox], full: [] };
