import { registerHooks } from 'node:module';

// The compiler imports `./x.graphql`, which is `x.graphql.ts`: bundlers find it, and Node does with this.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.endsWith('.graphql') ? `${specifier}.ts` : specifier, context),
});
