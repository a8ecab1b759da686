// Prints whether the default agent keeps connections, and what server.close() does with an idle one. For any release.
const http = require('http');

const server = http.createServer((_request, response) => response.end('x'));
server.keepAliveTimeout = 2000;
server.listen(0, '127.0.0.1', () => {
  const agent = new http.Agent({ keepAlive: true });
  http.get({ port: server.address().port, host: '127.0.0.1', agent }, (response) => {
    response.resume();
    response.on('end', () =>
      setImmediate(() => {
        const late = setTimeout(() => print('waits for idle connections'), 500);
        server.close(() => {
          clearTimeout(late);
          print('closes idle connections');
        });
      }),
    );
  });
});

function print(close) {
  console.log(
    `the default agent ${http.globalAgent.keepAlive ? 'keeps' : 'closes'} connections, server.close() ${close}`,
  );
  process.exit();
}
