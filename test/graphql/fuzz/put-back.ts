import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { FAULTS, withFault } from './faults.ts';

// `put-back.ts NAME …`: the same as `run.ts …`, over a gateway that has the fault. Its sources stay as they are.
const [name] = process.argv.splice(2, 1);
const fault = FAULTS.find((one) => one.name === name);
if (!fault) throw new Error(`there is no fault "${name}"`);

/** As of `tools/swc-register.mjs`. */
const OPTIONS = { module: { type: 'es6' }, jsc: { rewriteRelativeImportExtensions: false } } as object;

registerHooks({
  load(url, context, next) {
    if (!fault.patches.some(({ file }) => url.endsWith(file))) return next(url, context);
    const filename = fileURLToPath(url);
    const source = withFault(fault, filename, readFileSync(filename, 'utf8'));
    const { code } = transformSync(source, { ...OPTIONS, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
await import('./run.ts');
