import { createServer } from 'node:http';

/** A target that answers everything with a few bytes, in a process of its own. Tells its port to its parent. */
const server = createServer((_, response) => response.end('all is well'));
server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }, () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
process.on('disconnect', () => process.exit(0));
