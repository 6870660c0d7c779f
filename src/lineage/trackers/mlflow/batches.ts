import type { MlflowMetric, MlflowRun, Text } from './entities.ts';

/** The body of one `runs/log-batch`. */
export interface Batch {
  readonly run_id: string;
  readonly metrics: readonly SentMetric[];
  readonly params: readonly Text[];
  readonly tags: readonly Text[];
}

/** JSON has no NaN and no infinity: protobuf's JSON names them. */
export type SentMetric = Omit<MlflowMetric, 'value'> & { readonly value: number | 'NaN' | 'Infinity' | '-Infinity' };

/**
 * All of a run in as few requests as MLflow's limits let it be: 1,000 metrics, 100 params, 100 tags, 1,000 of them all,
 * and a megabyte of JSON.
 *
 * @see LogBatch in mlflow/protos/service.proto, and mlflow/utils/validation.py
 */
export const batchesOf = ({ metrics, params, tags }: MlflowRun, runId: string): readonly Batch[] => {
  const batches: Batch[] = [];
  let current = emptyBatch();
  let bytes = 0;
  const close = () => {
    if (sizeOf(current) > 0) batches.push({ run_id: runId, ...current });
    current = emptyBatch();
    bytes = 0;
  };
  const add = <Kind extends keyof Entities>(kind: Kind, entity: Entities[Kind][number]) => {
    const size = Buffer.byteLength(JSON.stringify(entity)) + 1;
    const isFull = current[kind].length >= most[kind] || sizeOf(current) >= most.all || bytes + size > most.bytes;
    if (isFull) close();
    (current[kind] as unknown[]).push(entity);
    bytes += size;
  };
  for (const param of params) add('params', param);
  for (const tag of tags) add('tags', tag);
  for (const { value, ...metric } of metrics) add('metrics', { ...metric, value: sentValue(value) });
  close();
  return batches;
};

interface Entities {
  readonly metrics: SentMetric[];
  readonly params: Text[];
  readonly tags: Text[];
}

const emptyBatch = (): Entities => ({ metrics: [], params: [], tags: [] });

const sizeOf = ({ metrics, params, tags }: Entities): number => metrics.length + params.length + tags.length;

// A megabyte is the limit of the whole body: what stands around the entities takes little.
const most = { metrics: 1000, params: 100, tags: 100, all: 1000, bytes: 990_000 };

const sentValue = (value: number): SentMetric['value'] =>
  Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity');
