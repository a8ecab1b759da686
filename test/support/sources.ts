import { globSync } from 'node:fs';

/** The code of the repository, specs included: each file by its path from the root. Nothing generated. */
export const CODE = globSync(
  [
    'src/**/*.{ts,tsx}',
    'libs/*/src/**/*.{ts,tsx}',
    'apps/**/*.ts',
    'tools/**/*.ts',
    'test/**/*.ts',
    'bench/**/*.ts',
    'clients/**/*.{ts,tsx}',
    'study/**/*.{ts,cjs}',
    '{tools,deploy,docs}/**/*.{mjs,cjs}',
    '*.{js,cjs}',
  ],
  { exclude: (path) => /(^|\/)(node_modules|generated|dist)$/.test(path) },
);
