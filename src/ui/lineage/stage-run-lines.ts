import { streamsOf } from '../../lineage/shell-line.ts';
import type { TracedStageRun } from '../../lineage/trace-report.ts';
import type { ArtifactRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import { formatBytes, formatMetrics, formatSeconds, formatTime, plural, shortDigest } from '../format.ts';
import type { Paint } from '../paint.ts';
import { oneLine } from '../text.ts';

/** `train  ran in run 2026-11-25T17-45-10-b3d8 (penguins), 2026-11-25 17:45:14 UTC, 2.0 s`. */
export const stageRunLine = ({ stage, state, run, pipeline, record }: TracedStageRun, paint: Paint): string => {
  const when = record === undefined ? [] : [formatTime(record.started), formatSeconds(record.seconds)];
  return [`${paint.bold(oneLine(stage))}  ${state} in run ${oneLine(run)} (${oneLine(pipeline)})`, ...when].join(', ');
};

/** What decided the outs of a stage run beside its inputs: params with values, code, command, seed, backend, environment. */
export const decisiveLines = (record: StageRunRecord, paint: Paint): string[] => {
  const { fields, metrics } = record;
  const line = (word: string, text: string) => (text === '' ? [] : [`${paint.dim(word)}  ${text}`]);
  return [
    ...line('params', flat(fields['params']).join(', ')),
    ...line('command', commandOf(fields)),
    ...line('code', codeOf(fields)),
    ...line('packages', packagesOf(record)),
    ...line('seed', seedOf(fields['seed'])),
    ...line('backend', flat(fields['backend']).join(', ')),
    ...line('objective', flat(fields['objective']).join(', ')),
    ...line('environment', flat(fields['env']).join(', ')),
    ...line('metrics', oneLine(formatMetrics(metrics))),
  ];
};

/** `train ← augment.train  33ae45c1  folder of 2 files, 10.2 kB`; what is raw is told with its path or package. */
export const inputLine = ({ name, from = '', digest, path, ...size }: ArtifactRecord, paint: Paint): string => {
  const raw = from.startsWith('path ') ? `${size.kind} ${path}` : from;
  return `${oneLine(name)} ← ${oneLine(raw)}  ${paint.dim(shortDigest(digest))}  ${sizeOf(size)}`;
};

const sizeOf = ({ kind, files, bytes }: Pick<ArtifactRecord, 'kind' | 'files' | 'bytes'>): string =>
  kind === 'folder' ? `folder of ${plural(files ?? 0, 'file')}, ${formatBytes(bytes)}` : formatBytes(bytes);

/** `optimizer.name "adam"`: every value with the path of its key. */
const flat = (value: unknown, path = ''): string[] => {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path} ${oneLine(JSON.stringify(value))}`];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, joinKey(path, key)));
};

const joinKey = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}[${oneLine(JSON.stringify(key))}]`;
  return path === '' ? key : `${path}.${key}`;
};

const commandOf = ({ run, ...fields }: StageRunRecord['fields']): string => {
  const line = Array.isArray(run)
    ? run.map((word) => (/[\s'"]/.test(String(word)) ? JSON.stringify(word) : word)).join(' ')
    : String(run ?? '');
  return oneLine(line + streamsOf(fields));
};

const codeOf = ({ type, version, code, node }: StageRunRecord['fields']): string =>
  typeof code === 'string' ? `${oneLine(String(type))} version ${version}, ${shortDigest(code)}, Node ${node}` : '';

/** Of many packages some are named and the rest is counted; `show RUN STAGE` has all. */
const packagesOf = ({ packages = [] }: StageRunRecord): string => {
  const more = packages.length - packagesShown;
  return [...packages.slice(0, packagesShown).map(oneLine), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
};

const packagesShown = 5;

const seedOf = (seed: unknown): string => {
  const value = (seed as { seed?: unknown } | undefined)?.seed;
  return value === undefined ? '' : String(value);
};
