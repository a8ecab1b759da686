import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { npmPackage } from '#test/support/neighbours/programs';

/** Where the validating proxy is installed. */
export const prismPackages = new NpmFolder('test/neighbours/generators/prism');

/** A proxy that validates requests and answers by an OpenAPI document. */
export const prism = npmPackage(prismPackages, 'Prism', '@stoplight/prism-cli');

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [prism], full: [] };
