import { runProcess } from '#libs/process';
import { usersSettings } from './settings.ts';
import { startUsers } from './start-users.ts';

await runProcess('users', async () => startUsers(usersSettings(process.env)));
