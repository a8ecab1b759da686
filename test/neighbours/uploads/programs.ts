import { chromium } from '#test/support/neighbours/programs';

/** What the quick set needs, and what the full set needs besides; tus-js-client and Uppy are packages of npm. */
export const programs = { quick: [chromium], full: [] };
