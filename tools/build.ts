import { build, buildWhatIsNew } from './launcher/build.ts';

if (process.argv.includes('--if-changed')) await buildWhatIsNew(() => {});
else await build();
