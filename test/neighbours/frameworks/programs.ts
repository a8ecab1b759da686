import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { chromium, npmPackage } from '#test/support/neighbours/programs';

/** The sources of the apps around the examples, with a lock file of their own. */
export const FRONT_ENDS = 'test/neighbours/frameworks/front-ends';

/** Where the frameworks are installed. */
export const frameworkPackages = new NpmFolder(FRONT_ENDS);

const framework = (name: string, packageName: string) => npmPackage(frameworkPackages, name, packageName);

export const react = framework('React', 'react');
export const tanstackQuery = framework('TanStack Query', '@tanstack/react-query');
export const vue = framework('Vue', 'vue');
export const vite = framework('Vite', 'vite');
export const next = framework('Next.js', 'next');
export const svelteKit = framework('SvelteKit', '@sveltejs/kit');

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [react, tanstackQuery, vue, vite, next, svelteKit, chromium], full: [] };
