import { demo } from '#apps/demo';
import { buildWhatIsNew } from './launcher/build.ts';
import { launch } from './launcher/launch.ts';
import { print } from './launcher/output.ts';
import { help } from './launcher/help.ts';
import { readOptions } from './launcher/read-options.ts';

readOptions(help('npm start', `Builds ${demo.title} and runs it: the gateway and its services.`), {});
// Caches V8's compiled code between starts.
process.env.NODE_COMPILE_CACHE ??= 'node_modules/.cache/atrium';
await launch({
  command: (plan) => [`dist/bundles/${plan.name}.js`],
  prepare: () => buildWhatIsNew(() => print('Building …')),
});
