import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { npmPackage } from '#test/support/neighbours/programs';

/** Where the validating proxy is installed. */
export const prismPackages = new NpmFolder('test/neighbours/generators/prism');

/** A proxy that validates requests and answers by an OpenAPI document. */
export const prism = npmPackage(prismPackages, 'Prism', '@stoplight/prism-cli');

/** The sources of the front ends that use generated clients, with a lock file of their own. */
export const FRONT_END = 'test/neighbours/generators/front-end';

/** Where the generators are installed. */
export const generatorPackages = new NpmFolder(FRONT_END);

/** Generators of clients; GraphQL clients with caches are in `test/neighbours/graphql`. */
export const generators = [
  'openapi-fetch',
  '@hey-api/openapi-ts',
  'orval',
  'swagger-typescript-api',
  'openapi-zod-client',
  '@kubb/cli',
  'oazapfts',
  '@genql/cli',
].map((name) => npmPackage(generatorPackages, name, name));

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: generators, full: [prism] };
