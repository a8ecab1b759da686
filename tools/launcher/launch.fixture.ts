import { launch } from './launch.ts';

// The launcher of the specs: the same as `npm start`, over processes that answer nothing.
await launch({ command: (plan) => ['-C', 'atrium', 'tools/launcher/process.fixture.ts', plan.name] });
