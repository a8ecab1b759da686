import type { DocumentNode, OperationDefinitionNode } from 'graphql';

declare module 'fastify' {
  interface FastifyRequest {
    /** The operation that is asked for; undefined until its document is found. */
    operation: PreparedOperation | undefined;
    /** What its variables are, as they came. */
    variables: Record<string, unknown>;
  }
}

/** An operation, and the document that it is in. */
export interface Operation {
  document: DocumentNode;
  node: OperationDefinitionNode;
}

/** An operation that was parsed before, with what else is known of it for good. */
export interface PreparedOperation extends Operation {
  /** Names the document and the operation in it. */
  id: string;
  /** Whether there is no other in its document. */
  isOnly: boolean;
  /** Set for one that belongs to a client: it was validated at start, and will come again. */
  isTrusted?: boolean;
}
