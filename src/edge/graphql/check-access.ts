import type { ApolloServerPlugin, GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { ACCESS, type Access } from '#gateway/edge/auth/access';
import { authorize } from '#gateway/edge/auth/authorize';
import type { GraphqlContext } from '#gateway/edge/doors/request-context';
import { GatewayError } from '#libs/errors';
import { type DocumentNode, GraphQLError, Kind, type SelectionSetNode } from 'graphql';

type Operation = GraphQLRequestContextDidResolveOperation<GraphqlContext>;

/** Checks the access rules of every root field a document asks for, before any of it runs. */
export const checkAccess: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async (operation) => {
      operation.contextValue.request.context.log.operation = operation.operationName ?? 'anonymous';
      if (!operation.operation) throw noSuchOperation(operation.request.operationName);
      const { operation: kind, selectionSet } = operation.operation;
      const fields = operation.schema.getRootType(kind)!.getFields();
      for (const name of rootFields(selectionSet, operation.document)) {
        if (!name.startsWith('__')) allow(operation, fields[name]?.extensions[ACCESS] as Access | undefined);
      }
    },
  }),
};

function allow({ contextValue }: Operation, access: Access | undefined): void {
  try {
    authorize(contextValue.request, access);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw refusal(error);
  }
}

/** Apollo leaves it to who runs the document, and that is too late. */
function noSuchOperation(name: string | undefined): GraphQLError {
  const message = name
    ? `Unknown operation named "${name}".`
    : 'Must provide an operation name: there are several.';
  return new GraphQLError(message, {
    extensions: { code: ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE, http: { status: 400 } },
  });
}

/** An error that Apollo answers with our status and headers: the operation does not run. */
function refusal(error: GatewayError): GraphQLError {
  const http = { status: error.status, headers: new Map(Object.entries(error.headers)) };
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code, http } });
}

/** The names of the fields that an operation asks the root for, those of its fragments among them. */
export function* rootFields({ selections }: SelectionSetNode, document: DocumentNode): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield selection.name.value;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* rootFields(selection.selectionSet, document);
    else yield* rootFields(fragment(selection.name.value, document), document);
  }
}

function fragment(name: string, document: DocumentNode): SelectionSetNode {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name)
      return definition.selectionSet;
  }
  throw new GatewayError('INTERNAL', { cause: `a valid document has no fragment ${name}` });
}
