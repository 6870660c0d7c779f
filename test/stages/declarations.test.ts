import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { detectionMetricNames, metricFacts, metricNames } from '../../src/learn/metrics/names.ts';

const root = join(import.meta.dirname, '../..');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const types = readdirSync(join(root, 'stages')).sort();
const dataTypes = [
  ...['ingest', 'clean', 'split', 'impute', 'outliers', 'normalize', 'windows', 'balance', 'augment'],
  ...['leakage', 'profile', 'label-errors'],
];

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
}

/** Every property of a schema, nested ones too, with its path. */
const propertiesOf = ({ properties = {} }: Schema, path = ''): [string, Schema][] =>
  Object.entries(properties).flatMap(([name, schema]) => [
    [`${path}${name}`, schema] as [string, Schema],
    ...propertiesOf(schema, `${path}${name}.`),
  ]);

describe.each(types)('stage type %s', (type) => {
  const declaration = json(`stages/${type}/stage.json`);

  it('is declared as the schema says', () => {
    const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
    const validate = ajv.compile(json('schemas/stage.schema.json'));
    expect(validate(declaration), JSON.stringify(validate.errors)).toBe(true);
  });

  it('describes every param, and its params are a valid schema', () => {
    for (const [path, schema] of propertiesOf(declaration.params)) expect(schema.description, path).toMatch(/\S/);
    expect(() => new Ajv({ strict: true, allowUnionTypes: true }).compile(declaration.params)).not.toThrow();
  });
});

it('whoever can be after a metric says which way is better, as the metrics do', () => {
  const modes = new Map<string, string>([
    ...metricNames.map((name) => [name, metricFacts[name].mode] as const),
    ...detectionMetricNames.map((name) => [name, 'max'] as const),
    ['loss', 'min'],
  ]);
  const said = (type: string): [string, string][] => {
    const { max = [], min = [] } = json(`stages/${type}/stage.json`).objective;
    return [...max.map((name: string) => [name, 'max']), ...min.map((name: string) => [name, 'min'])];
  };
  for (const type of ['train', 'evaluate', 'evaluate-boxes'])
    for (const [name, mode] of said(type)) expect([type, name, mode]).toEqual([type, name, modes.get(name)]);
  expect(
    said('evaluate')
      .map(([name]) => name)
      .sort(),
  ).toEqual([...metricNames].sort());
  expect(
    said('train')
      .map(([name]) => name)
      .sort(),
  ).toEqual(['loss', ...metricNames].sort());
  expect(said('evaluate-boxes').map(([name]) => name)).toEqual([...detectionMetricNames]);
});

describe.each(dataTypes)('the code of %s', (type) => {
  it('loads no tfjs, and nothing of Stemma but learn and types', async () => {
    const { metafile } = await build({
      entryPoints: [join(root, `stages/${type}/run.ts`)],
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      metafile: true,
      write: false,
    });
    const packages = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external),
    );
    expect(packages.map(({ path }) => path).filter((path) => path.startsWith('@tensorflow'))).toEqual([]);
    expect(Object.keys(metafile.inputs).filter((path) => !/^(src\/(learn|types)|stages)\//.test(path))).toEqual([]);
  });
});
