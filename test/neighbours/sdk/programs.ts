import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { chromium, firefox, kotlin, npmPackage } from '#test/support/neighbours/programs';

/** Where the tools that judge packages are installed. */
export const packageChecks = new NpmFolder('test/neighbours/sdk/packages');

export const publint = npmPackage(packageChecks, 'publint', 'publint');
export const attw = npmPackage(packageChecks, 'Are the Types Wrong', '@arethetypeswrong/cli');

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [publint, attw, chromium, firefox], full: [kotlin] };
