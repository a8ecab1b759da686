import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { chromium, firefox, npmPackage } from '#test/support/neighbours/programs';

/** Where Lighthouse is installed. */
export const auditorPackages = new NpmFolder('test/neighbours/storefront/auditor');

export const lighthouse = npmPackage(auditorPackages, 'Lighthouse', 'lighthouse');

/** What the quick set needs, and what the full set needs besides. The checker of accessibility is a package of npm. */
export const programs = { quick: [chromium, firefox], full: [lighthouse] };
