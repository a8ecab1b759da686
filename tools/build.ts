import { build } from './launcher/build.ts';

await build();
