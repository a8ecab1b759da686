// Docker's HEALTHCHECK of the HTTP processes: exits 0 when the one on this machine says it lives. The gateway is asked at its
// operators' door: the other may speak TLS.
const { PORT, ADMIN_PORT = PORT } = process.env;
const answer = await fetch(`http://127.0.0.1:${ADMIN_PORT}/livez`).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
