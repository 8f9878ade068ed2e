import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { StartError } from '#core/error.ts';
import { kinds as everyKind } from '#probes/registry.ts';
import { defaultPublicUrl, parseEnvironment, type Variables } from './config/environment.ts';
import type { Environment } from './config/interpolate.ts';
import { readText } from './config/readText.ts';
import { keptSecretKey } from './config/secretKey.ts';
import type { StatusConfig } from './config/status.ts';
import { type KnownKind, parseStatus } from './config/statusYaml.ts';

export { ConfigError, type ConfigProblem, describeProblem } from './config/problems.ts';
export type { ComponentConfig, LocationConfig, ProbeConfig, StatusConfig } from './config/status.ts';

/** How mails leave the house. Without a provider they are written to a folder, to be looked at. */
export type MailTransport =
  | { kind: 'smtp'; url: string }
  | { kind: 'resend'; apiKey: string; baseUrl?: string; webhookSecret?: string }
  | { kind: 'file'; dir: string };

/** Everything that is decided before the start: the environment and `status.yaml`, parsed. */
export type Config = {
  /** 0 lets the system choose. */
  port: number;
  host: string;
  /** Absolute. */
  dataDir: string;
  database: { url: string; authToken?: string };
  /** Origin without trailing slash; null when only the listening socket could tell. */
  publicUrl: string | null;
  secretKey: string;
  mail: { from: string; transport: MailTransport };
  /** Addresses and CIDR ranges whose `X-Forwarded-*` headers are believed. */
  trustedProxies: string[];
  /** Addresses and CIDR ranges that probes may dial although they are special-purpose. */
  egressAllow: string[];
  /** Where programs are looked for, in the form of `PATH`. */
  searchPath: string;
  /** The folder of package.json. */
  packageRoot: string;
  /** True while the sample platform is what we look at. */
  demo: boolean;
  /** The file that `status` was read from, absolute: it is read again when the server is asked to. */
  statusPath: string;
  status: StatusConfig;
};

/** What the command line decides over the environment. */
export type ConfigOverrides = {
  /** Read instead of STATUS_CONFIG. */
  statusConfigPath?: string;
  /** Taken instead of reading any file. */
  status?: StatusConfig;
  /** Besides EGRESS_ALLOW. */
  egressAllow?: readonly string[];
  demo?: boolean;
};

/** Where the sample platform keeps its files. */
export const demoDirectory = (dataDir: string): string => join(dataDir, 'demo');

function findPackageRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new StartError(`No package.json at or above ${import.meta.dirname}; install again.`);
  return findPackageRoot(parent);
}

/** The folder of package.json, from the sources and from the build alike. */
export const packageRoot: string = findPackageRoot(import.meta.dirname);

function requireWritable(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StartError(`DATA_DIR: expected a folder that can be written, found ${dataDir} (${reason}).`);
  }
}

function mailFrom(variables: Variables, dataDir: string): Config['mail'] {
  const { RESEND_API_KEY, RESEND_BASE_URL, RESEND_WEBHOOK_SECRET, SMTP_URL, EMAIL_FROM } = variables;
  const from = EMAIL_FROM ?? 'status@intermission.invalid';
  if (RESEND_API_KEY !== undefined) {
    const baseUrl = RESEND_BASE_URL === undefined ? {} : { baseUrl: RESEND_BASE_URL };
    const webhookSecret = RESEND_WEBHOOK_SECRET === undefined ? {} : { webhookSecret: RESEND_WEBHOOK_SECRET };
    return { from, transport: { kind: 'resend', apiKey: RESEND_API_KEY, ...baseUrl, ...webhookSecret } };
  }
  if (SMTP_URL !== undefined) return { from, transport: { kind: 'smtp', url: SMTP_URL } };
  return { from, transport: { kind: 'file', dir: join(dataDir, 'mail') } };
}

/** A path as people say it: short where it lies below the working directory. */
function spoken(path: string): string {
  const short = relative('.', path);
  return short === '' || short.startsWith('..') ? path : short;
}

/**
 * Reads one `status.yaml`.
 * @throws StartError when it cannot be read, ConfigError with every problem in it
 */
export function readStatusConfig(
  path: string,
  environment: Environment = process.env,
  kinds: readonly KnownKind[] = everyKind,
): StatusConfig {
  const name = spoken(path);
  try {
    return parseStatus(name, readText(path, name), environment, kinds);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === null) throw error;
    throw new StartError(
      code === 'ENOENT'
        ? `There is no ${name}. Copy status.example.yaml there and edit it, or set STATUS_CONFIG to yours.`
        : `${name} cannot be read (${code}).`,
    );
  }
}

/**
 * Reads the environment and `status.yaml`, and makes the data directory and its secret key when they are missing.
 * @throws StartError with every wrong variable; ConfigError with every problem of the file
 */
export function readConfig(
  environment: Environment = process.env,
  overrides: ConfigOverrides = {},
  kinds: readonly KnownKind[] = everyKind,
): Config {
  const variables = parseEnvironment(environment);
  const dataDir = resolve(variables.DATA_DIR);
  const statusPath = resolve(overrides.statusConfigPath ?? variables.STATUS_CONFIG);
  requireWritable(dataDir);
  return {
    port: variables.PORT,
    host: variables.HOST,
    dataDir,
    database: databaseFrom(variables),
    publicUrl: variables.PUBLIC_URL ?? defaultPublicUrl(variables.HOST, variables.PORT),
    secretKey: variables.SECRET_KEY ?? keptSecretKey(dataDir),
    mail: mailFrom(variables, dataDir),
    trustedProxies: variables.TRUSTED_PROXIES,
    egressAllow: [...variables.EGRESS_ALLOW, ...(overrides.egressAllow ?? [])],
    searchPath: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    packageRoot,
    demo: overrides.demo ?? false,
    statusPath,
    status: overrides.status ?? readStatusConfig(statusPath, environment, kinds),
  };
}

function databaseFrom(variables: Variables): Config['database'] {
  const authToken = variables.DATABASE_AUTH_TOKEN === undefined ? {} : { authToken: variables.DATABASE_AUTH_TOKEN };
  return {
    url: variables.DATABASE_URL ?? `file:${join(resolve(variables.DATA_DIR), 'intermission.db')}`,
    ...authToken,
  };
}

/** Where the command line looks for things, without making any. */
export type Places = {
  dataDir: string;
  database: Config['database'];
  statusPath: string;
  /** False only when nobody named a `status.yaml` and there is none where it usually is. */
  hasStatus: boolean;
  /** True when the sample platform would not mix with anybody's real incidents. */
  isFreeForDemo: boolean;
};

/**
 * The places that the environment names.
 * @throws StartError with every wrong variable
 */
export function readPlaces(environment: Environment = process.env): Places {
  const variables = parseEnvironment(environment);
  const dataDir = resolve(variables.DATA_DIR);
  const isNamed = Boolean(environment['STATUS_CONFIG']?.trim());
  const isUsed = existsSync(join(dataDir, 'intermission.db')) && !existsSync(demoDirectory(dataDir));
  const statusPath = resolve(variables.STATUS_CONFIG);
  return {
    dataDir,
    database: databaseFrom(variables),
    statusPath,
    hasStatus: isNamed || existsSync(statusPath),
    isFreeForDemo: variables.DATABASE_URL === undefined && !isUsed,
  };
}

/** What an agent takes from the environment of its machine. */
export type AgentConfig = {
  /** Absolute. */
  dataDir: string;
  token: string | null;
  egressAllow: string[];
};

/**
 * Reads the environment of an agent.
 * @param location its name, which its folder is called after
 * @throws StartError with every wrong variable
 */
export function readAgentConfig(location: string, environment: Environment = process.env): AgentConfig {
  const variables = parseEnvironment(environment);
  return {
    dataDir: join(resolve(variables.DATA_DIR), `agent-${location}`),
    token: variables.AGENT_TOKEN ?? null,
    egressAllow: variables.EGRESS_ALLOW,
  };
}
