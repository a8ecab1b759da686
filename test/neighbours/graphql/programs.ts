import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { npmPackage } from '#test/support/neighbours/programs';

/** The sources of the front ends that use the clients, with a lock file of their own. */
export const FRONT_END = 'test/neighbours/graphql/front-end';

/** Where the clients are installed. */
export const frontEndPackages = new NpmFolder(FRONT_END);

const QUICK: [name: string, packageName: string][] = [
  ['urql', '@urql/core'],
  ['Graphcache', '@urql/exchange-graphcache'],
  ['Apollo Client', '@apollo/client'],
  ['Relay', 'relay-runtime'],
  ['relay-compiler', 'relay-compiler'],
  ['graphql-codegen', '@graphql-codegen/client-preset'],
  ['gql.tada', 'gql.tada'],
  ['graphql-request', 'graphql-request'],
  ['graphql-ws', 'graphql-ws'],
  ['graphql-sse', 'graphql-sse'],
];

/** What the quick set needs, and what the full set needs besides. */
export const programs = {
  quick: QUICK.map(([name, packageName]) => npmPackage(frontEndPackages, name, packageName)),
  full: [],
};
