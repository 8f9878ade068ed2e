import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** A network of its own, joined to this machine by one link. */
export type Netns = {
  /** The words that run a command in it. */
  within: string[];
  /** Addresses of this machine on the link. */
  here: readonly [string, string, string];
  /** An address on the link that swallows whatever is sent to it. */
  blackhole: string;
  /** Runs `ip` in it. */
  ip: (...args: string[]) => void;
  /** Cuts the link at one end and joins it again. */
  cut: (end: 'here' | 'there') => void;
  join: (end: 'here' | 'there') => void;
  /** The name server that programs in it ask. */
  useNameserver: (address: string) => void;
};

const ip = (...args: string[]) => void execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Why networks cannot be made here, or null when they can. */
export function whyNoNetns(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  const name = `calm-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return null;
  } catch (error) {
    return `ip netns: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Makes a network; it is gone when the test ends. */
export function openNetns(): Netns {
  const id = `${process.pid % 10_000}${Math.floor(performance.now()) % 1_000}`;
  const [name, near, far] = [`calm-${id}`, `cn${id}`, `cf${id}`];
  const net = `10.${200 + (process.pid % 50)}.${Math.floor(performance.now()) % 250}`;
  const here = [`${net}.1`, `${net}.3`, `${net}.4`] as const;
  const blackhole = `${net}.66`;
  const resolvConf = `/etc/netns/${name}/resolv.conf`;
  const inside = (...args: string[]) => ip('-n', name, ...args);
  ip('netns', 'add', name);
  onTestFinished(() => {
    ip('netns', 'del', name);
    rmSync(`/etc/netns/${name}`, { recursive: true, force: true });
  });
  mkdirSync(`/etc/netns/${name}`, { recursive: true });
  writeFileSync(resolvConf, `nameserver ${here[0]}\n`);
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
  for (const address of here) ip('addr', 'add', `${address}/24`, 'dev', near);
  ip('link', 'set', near, 'up');
  inside('addr', 'add', `${net}.2/24`, 'dev', far);
  inside('link', 'set', 'lo', 'up');
  inside('link', 'set', far, 'up');
  inside('neigh', 'add', blackhole, 'lladdr', '02:00:00:00:00:01', 'dev', far);
  const turn = (end: 'here' | 'there', way: 'up' | 'down') =>
    end === 'here' ? ip('link', 'set', near, way) : inside('link', 'set', far, way);
  return {
    within: ['ip', 'netns', 'exec', name],
    here,
    blackhole,
    ip: inside,
    cut: (end) => turn(end, 'down'),
    join: (end) => turn(end, 'up'),
    // In place: it is mounted over the machine's own.
    useNameserver: (address) => writeFileSync(resolvConf, `nameserver ${address}\n`),
  };
}
