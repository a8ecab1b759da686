import { runProcess } from '#libs/process';
import { readIdentitySettings } from './settings.ts';
import { startIdentity } from './start-identity.ts';

await runProcess('identity', async () => startIdentity(readIdentitySettings(process.env)));
