import { spawnSync } from 'node:child_process';
import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { type NeighbourProgram, npmPackage } from '#test/support/neighbours/programs';

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

/** The front ends' packages. */
export const ofNpm = QUICK.map(([name, packageName]) => npmPackage(frontEndPackages, name, packageName));

/** A library of Debian, with what runs it. @param packages the library's own package first */
const debian = (name: string, ...packages: string[]): NeighbourProgram => ({
  name,
  packages,
  version: () => {
    const { status, stdout } = spawnSync('dpkg-query', ['--show', '--showformat=${Version}\n', ...packages], {
      encoding: 'utf8',
    });
    return status === 0 ? stdout.split('\n')[0] : undefined;
  },
});

/** Clients in other languages. */
export const graphqlClient = debian('graphql-client', 'ruby-graphql-client', 'ruby');
export const graphlient = debian('Graphlient', 'ruby-graphlient', 'ruby');
export const machinebox = debian('machinebox/graphql', 'golang-github-machinebox-graphql-dev', 'golang-go');
export const shurcool = debian('shurcooL/graphql', 'golang-github-shurcool-graphql-dev', 'golang-go');
export const gqlclient = debian('gqlclient', 'gqlclient', 'golang-sourcehut-emersion-gqlclient-dev', 'golang-go');
export const websockets = debian('websockets', 'python3-websockets', 'python3-websocket');

/** Readers of schemas in other languages. */
export const graphqlRuby = debian('graphql-ruby', 'ruby-graphql', 'ruby');
export const graphqlCore = debian('graphql-core', 'python3-graphql-core');
export const gqlparser = debian('gqlparser', 'golang-github-vektah-gqlparser-dev', 'golang-go');
export const graphqlPerl = debian('GraphQL.pm', 'libgraphql-perl');

const ofDebian = [
  graphqlClient,
  graphlient,
  machinebox,
  shurcool,
  gqlclient,
  websockets,
  graphqlRuby,
  graphqlCore,
  gqlparser,
  graphqlPerl,
];

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: ofNpm, full: ofDebian };
