// The gateway under PM2: pm2 start ecosystem.config.cjs --env production. docs/deploy/pm2.md explains each line.
module.exports = {
  apps: [
    {
      name: 'atrium',
      cwd: __dirname,
      script: 'dist/bundles/gateway.js',
      exec_mode: 'cluster',
      // The instances are the workers: what WORKERS says is done by PM2, and each process runs alone.
      instances: !process.env.WORKERS || process.env.WORKERS === 'auto' ? 'max' : process.env.WORKERS,
      // Each instance has an admin port of its own, so that each is scraped.
      increment_var: 'ADMIN_PORT',
      // The next instance is reloaded when this one takes requests.
      wait_ready: true,
      listen_timeout: 30_000,
      // More than the 7.5 seconds after DRAIN_MS that a gateway takes at most.
      kill_timeout: 10_000 + Number(process.env.DRAIN_MS || 2_000),
      // Reloads, and loses nothing.
      max_memory_restart: '600M',
      exp_backoff_restart_delay: 100,
      // Wrong settings: another start would not help.
      stop_exit_codes: [78],
      // PM2 turns source maps on: reading those of the bundles at the first stack blocks the event loop, and holds 100 MB.
      disable_source_map_support: true,
      // Lines are JSON, with their time; those of all instances are in one file.
      merge_logs: true,
      time: false,
      env: {
        NODE_ENV: 'development',
        WORKERS: '1',
        ADMIN_PORT: process.env.ADMIN_PORT || '3009',
        // glibc gives each thread an arena of its own.
        MALLOC_ARENA_MAX: '2',
      },
      env_production: { NODE_ENV: 'production' },
    },
  ],
};
