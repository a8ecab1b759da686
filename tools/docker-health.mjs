// Docker's HEALTHCHECK of the HTTP processes: exits 0 if the process on this machine is live. The gateway is checked on
// its admin port: the public port may use TLS.
const { PORT, ADMIN_PORT = PORT } = process.env;
const answer = await fetch(`http://127.0.0.1:${ADMIN_PORT}/livez`).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
