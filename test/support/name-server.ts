import dns from 'node:dns';

// Loaded into a process by `--import`, it has the process ask the DNS server at `TEST_NAME_SERVER`.
const server = process.env['TEST_NAME_SERVER'];
if (server) dns.setServers([server]);
