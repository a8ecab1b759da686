import { demo } from '#apps/demo';
import { help } from './launcher/help.ts';
import { launch } from './launcher/launch.ts';
import { restartOnChange } from './launcher/restart-on-change.ts';

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(
    help('npm run dev', `Runs ${demo.title} from its sources, and restarts the affected processes after changes.`),
  );
} else {
  await launch({
    command: (plan) => ['-C', 'atrium', '--import', './tools/swc-register.mjs', `${plan.entry}.ts`],
    revive: ({ entry }) => `touch ${entry}.ts`,
    supervise: restartOnChange,
  });
}
