import { startDemo } from '../../src/demo/demo.ts';

// Stands for the server: starts the sample platform, says its pid, and stays until it is killed.
const demo = await startDemo(process.argv[2] ?? '');
console.log(demo.pid);
setInterval(() => {}, 60_000);
