import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { logrotate, npmPackage } from '#test/support/neighbours/programs';

/** Where PM2 is installed. */
export const pm2Packages = new NpmFolder('test/neighbours/pm2/manager');

/** The process manager. */
export const pm2 = npmPackage(pm2Packages, 'PM2', 'pm2');

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [pm2, logrotate], full: [] };
