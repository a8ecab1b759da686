process.send(1);
setInterval(() => {}, 1_000);
