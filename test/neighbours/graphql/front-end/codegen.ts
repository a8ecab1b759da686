import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: process.env['GATEWAY_URL'] + '/graphql',
  importExtension: '.ts',
  config: { strictScalars: true, scalars: { DateTime: 'string', SafeInt: 'number' }, useTypeImports: true },
  generates: {
    'src/codegen/gql/': { preset: 'client', documents: 'src/codegen/documents.ts' },
    'src/codegen/clients/': { preset: 'client', documents: 'clients/**/*.graphql' },
  },
};

export default config;
