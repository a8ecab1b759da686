import { demo } from '#apps/demo';
import { help } from './launcher/help.ts';
import { launch } from './launcher/launch.ts';
import { readOptions } from './launcher/read-options.ts';
import { buildAssets, restartOnChange } from './launcher/restart-on-change.ts';

readOptions(
  help('npm run dev', `Runs ${demo.title} from its sources, and restarts the affected processes after changes.`),
  {},
);
await launch({
  command: (plan) => ['-C', 'atrium', '--import', './tools/swc-register.mjs', `${plan.entry}.ts`],
  prepare: () => buildAssets(),
  revive: ({ entry }) => `touch ${entry}.ts`,
  supervise: restartOnChange,
});
