import { DropIndexNode, type KyselyPlugin, type RootOperationNode } from 'kysely';

/**
 * Refuses, on every database, what only some of them have, so that a query that works in development works in
 * production. `returning` is the one that would do harm: Kysely runs it on MariaDB, writes, and loses the row.
 */
export const portableQueries: KyselyPlugin = {
  transformQuery({ node }) {
    if (returns(node))
      throw new TypeError('`returning` is not portable: update and select in one transaction (see openStorage)');
    return node;
  },
  transformResult: async ({ result }) => result,
};

const returns = (node: RootOperationNode): boolean => 'returning' in node && node.returning !== undefined;

/** In SQLite and PostgreSQL an index is dropped by its name alone; MySQL needs the table, which migrations therefore give. */
export const indexesByName: KyselyPlugin = {
  transformQuery: ({ node }) => (DropIndexNode.is(node) ? { ...node, table: undefined } : node),
  transformResult: async ({ result }) => result,
};
