import { type DatasetManifest, type DatasetShard, headerOf, openDataset, writeJson } from '../dataset.ts';
import { double } from '../fitted/sql.ts';
import { mapShards, type ShardQuery } from '../map-shards.ts';
import { type TableColumn, writeTable } from '../table.ts';
import { oneTarget } from '../targets.ts';
import { type Judgement, judgeLabels } from './find.ts';
import type { LabelErrorsParams } from './params.ts';

export interface LabelErrorsOuts {
  /** Folder of the data set. */
  readonly train: string;
  /** File of the table: a row for each label that is probably wrong, the worst first. */
  readonly findings: string;
  /** File of the JSON summary. */
  readonly summary: string;
}

export interface LabelErrors {
  readonly rows: number;
  readonly judged: number;
  readonly found: number;
  /** Estimated share of the judged rows with a wrong label. */
  readonly noise: number;
  readonly dropped: number;
  readonly reweighted: number;
}

/**
 * Finds labels that are probably wrong, writes down which, and hands train on: whole, without them, or with less weight
 * for them.
 */
export const labelErrors = async (
  folder: string,
  outs: LabelErrorsOuts,
  { params, seed }: { readonly params: LabelErrorsParams; readonly seed: number },
): Promise<LabelErrors> => {
  const judgement = await judgeLabels(folder, params, seed);
  const dataset = await openDataset(folder);
  const header = headerOf(dataset.manifest);
  const found = judgement.issues.map(({ row }) => judgement.places[row]!);
  const reweighted = params.action === 'reweight' && found.length > 0;
  const manifest = await mapShards(dataset, {
    ...{ out: outs.train, header: reweighted ? { ...header, rowWeights: true } : header },
    queryOf: queryFor(dataset.manifest, found, params),
  });
  await writeTable(outs.findings, findingsOf(judgement));
  const told: LabelErrors = {
    rows: dataset.manifest.rows,
    judged: judgement.labels.length,
    found: judgement.issues.length,
    noise: judgement.noise,
    dropped: dataset.manifest.rows - manifest.rows,
    reweighted: reweighted ? found.length : 0,
  };
  await writeJson(
    outs.summary,
    summaryOf(judgement, { told, params, target: oneTarget(dataset.manifest.target, 'label-errors')! }),
  );
  return told;
};

/** What becomes of the rows found in each shard. Where none is found at all, train is handed on as it is. */
const queryFor = (
  { shards, row_weights: weights }: DatasetManifest,
  found: readonly number[],
  { action, weight }: LabelErrorsParams,
): ((shard: DatasetShard, index: number) => ShardQuery) => {
  if (action === 'report' || found.length === 0) return () => ({});
  const starts: number[] = [];
  let rows = 0;
  for (const shard of shards) {
    starts.push(rows);
    rows += shard.rows;
  }
  const before = weights === undefined ? double(1) : weights.column;
  return ({ rows: count }, index) => {
    const own = found.map((row) => row - starts[index]!).filter((row) => row >= 0 && row < count);
    const list = own.sort((a, b) => a - b).join(', ');
    if (action === 'drop') return own.length === 0 ? {} : { where: `file_row_number NOT IN (${list})` };
    const now =
      own.length === 0
        ? before
        : `CASE WHEN file_row_number IN (${list}) THEN ${before} * ${double(weight)} ELSE ${before} END`;
    return { columns: new Map([['__weight', now]]) };
  };
};

const findingsOf = ({ issues, ids, classes, probabilities }: Judgement): TableColumn[] => {
  const ranks = Int32Array.from(issues, (_, at) => at + 1);
  const own = issues.map(({ selfConfidence }) => selfConfidence);
  const other = issues.map(({ row, suggested }) => probabilities[row * classes.length + suggested]!);
  return [
    { name: 'rank', type: 'int32', values: ranks },
    { name: 'id', type: 'string', values: issues.map(({ row }) => ids[row]!) },
    { name: 'label', type: 'string', values: issues.map(({ given }) => classes[given]!) },
    { name: 'suggested', type: 'string', values: issues.map(({ suggested }) => classes[suggested]!) },
    { name: 'probability', type: 'float64', values: Float64Array.from(own) },
    { name: 'suggested_probability', type: 'float64', values: Float64Array.from(other) },
  ];
};

interface Told {
  readonly told: LabelErrors;
  readonly params: LabelErrorsParams;
  readonly target: string;
}

const summaryOf = ({ issues, classes, labels, model }: Judgement, { told, params, target }: Told) => ({
  format: 'stemma-label-errors-v1',
  target,
  ...told,
  model,
  method: params.method,
  folds: params.folds,
  classes: classes.map((label, code) => ({
    label,
    rows: labels.filter((given) => given === code).length,
    found: issues.filter(({ given }) => given === code).length,
    suggested: issues.filter(({ suggested }) => suggested === code).length,
  })),
});
