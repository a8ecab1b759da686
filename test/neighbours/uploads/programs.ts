import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { chromium, npmPackage } from '#test/support/neighbours/programs';

/** Where the clients of tus are installed. */
export const tusClients = new NpmFolder('test/neighbours/uploads/tus-clients');

export const tusJsClient = npmPackage(tusClients, 'tus-js-client', 'tus-js-client');
export const uppy = npmPackage(tusClients, 'Uppy', '@uppy/core');

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [chromium, tusJsClient, uppy], full: [] };
