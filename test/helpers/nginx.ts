import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from './wait.ts';

/** An nginx of our own on loopback, in a folder of its own. */
export type Nginx = {
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Stops it and removes its folder. */
  remove: () => Promise<void>;
};

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

function configuration(dir: string, server: string): string {
  return `daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${dir}/nginx.pid;
error_log stderr;
events { worker_connections 256; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${dir}/${name};`).join('\n  ')}
  server {
    ${server}
  }
}
`;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.on('connect', () => settle(true)).on('error', () => settle(false));
  });
}

/**
 * Prepares an nginx with one server.
 * @param server its directives, without `listen`
 */
export async function makeNginx(port: number, server: string, { tls = false } = {}): Promise<Nginx> {
  const dir = await mkdtemp(join(tmpdir(), 'intermission-nginx-'));
  const path = join(dir, 'nginx.conf');
  await writeFile(path, configuration(dir, `listen 127.0.0.1:${port}${tls ? ' ssl' : ''};\n    ${server}`));
  let child: ReturnType<typeof spawn> | null = null;

  async function stop(): Promise<void> {
    if (child === null || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
    child = null;
  }
  return {
    async start() {
      const env = { PATH: `${process.env['PATH']}:/usr/sbin` };
      child = spawn('nginx', ['-p', dir, '-c', path, '-e', 'stderr'], { env, stdio: 'ignore' });
      await waitUntil('nginx listens', () => isListening(port));
    },
    stop,
    async remove() {
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
