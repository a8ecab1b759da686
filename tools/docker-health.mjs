// Docker's HEALTHCHECK of the HTTP processes: exits 0 when the one on this machine's PORT says it lives.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/livez`).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
