// Reloads the gateway each night, and loses nothing: pm2 start docs/deploy/pm2/reload.config.cjs, beside the gateway.
module.exports = {
  apps: [
    {
      name: 'atrium-reload',
      script: 'pm2',
      args: 'reload atrium',
      exec_mode: 'fork',
      interpreter: 'none',
      // It runs at that time, and ends; and once when it is started.
      cron_restart: process.env.RELOAD_AT || '0 4 * * *',
      autorestart: false,
    },
  ],
};
