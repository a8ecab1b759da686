import { runProcess } from '#libs/process';
import { readAssistantSettings } from './settings.ts';
import { startAssistant } from './start-assistant.ts';

await runProcess('assistant', async () => startAssistant(readAssistantSettings(process.env)));
