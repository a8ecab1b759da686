import { build, buildWhatIsNew } from './launcher/build.ts';
import { readOptions } from './launcher/read-options.ts';

const { values } = readOptions(
  'npm run build [-- --if-changed]   builds the gateway, its services and their bundles into dist/; or only what has changed\n',
  { options: { 'if-changed': { type: 'boolean' } } },
);
if (values['if-changed']) await buildWhatIsNew(() => {});
else await build();
