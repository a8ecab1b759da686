import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { Retirement } from './retirement.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The requested operation; undefined until its document is resolved. */
    operation: GraphqlOperation | undefined;
    /** The raw variables of the operation. */
    variables: Record<string, unknown>;
  }
}

/** An operation and its document. */
export interface ParsedOperation {
  document: DocumentNode;
  node: OperationDefinitionNode;
  /** Its announced end, if it has one. */
  retirement?: Retirement;
}

/** A parsed operation with facts that do not change. */
export interface GraphqlOperation extends ParsedOperation {
  /** Identifies the document and the operation in it. */
  id: string;
  /** Whether it is the only operation of its document. */
  isOnly: boolean;
  /** Set for a trusted operation: it was validated at start. */
  isPersisted?: boolean;
  /** Set for a trusted operation: the SHA-256 of its text, in lower-case hexadecimal digits. It is its version. */
  sha256?: string;
  /** Set for a released operation: the ids under which it was released, the latest last. */
  ids?: readonly string[];
}
