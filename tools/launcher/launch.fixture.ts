import { launch } from './launch.ts';

// The launcher of the specs: the same as `npm start`, with processes that answer no requests.
await launch({ command: (plan) => ['-C', 'atrium', 'tools/launcher/process.fixture.ts', plan.name] });
