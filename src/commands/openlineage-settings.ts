import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Target } from '../lineage/openlineage/target.ts';
import { UserMistake } from './user-mistake.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The namespace of jobs, as OpenLineage's own clients are told it. */
export const namespaceOf = ({ OPENLINEAGE_NAMESPACE }: Environment): string => OPENLINEAGE_NAMESPACE || 'stemma';

/** Where a run's events go: where the option says, else to OPENLINEAGE_URL; undefined where neither is given. */
export const targetOf = (option: string | undefined, environment: Environment): Target | undefined => {
  const { OPENLINEAGE_URL, OPENLINEAGE_API_KEY, OPENLINEAGE_DISABLED } = environment;
  if (option !== undefined && !option.includes('://')) return fileTarget(option);
  const given = option ?? (OPENLINEAGE_DISABLED === 'true' ? undefined : OPENLINEAGE_URL || undefined);
  if (given === undefined) return undefined;
  const from = option === undefined ? 'OPENLINEAGE_URL' : '--openlineage';
  return { kind: 'http', url: endpointOf(given, from), ...keyOf(OPENLINEAGE_API_KEY) };
};

const fileTarget = (option: string): Target => {
  const path = resolve(option);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile()) throw new UserMistake(`--openlineage: ${option} is no file`);
  try {
    accessSync(stat === undefined ? dirname(path) : path, constants.W_OK);
  } catch {
    throw new UserMistake(`--openlineage: ${option} cannot be written`, 'name a file in a folder that exists');
  }
  return { kind: 'file', path };
};

/** Without a path, OpenLineage's usual one is meant. The address is not repeated: it may hold a password. */
const endpointOf = (given: string, from: string): URL => {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UserMistake(`${from} is no http or https address`, 'as `http://localhost:5000`');
  if (url.username !== '' || url.password !== '')
    throw new UserMistake(`${from} holds a user name or password`, 'give a key in OPENLINEAGE_API_KEY instead');
  if (url.pathname === '/') url.pathname = '/api/v1/lineage';
  url.hash = '';
  return url;
};

const keyOf = (key: string | undefined): { readonly key?: string } => {
  if (key === undefined || key === '') return {};
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UserMistake('OPENLINEAGE_API_KEY holds characters that no HTTP header can hold');
  return { key };
};

/** A target as people may see it: a query can hold a secret. */
export const nameOf = (target: Target): string =>
  target.kind === 'file' ? target.path : `${target.url.origin}${target.url.pathname}`;
