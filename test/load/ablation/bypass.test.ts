import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bypass } from '../../../src/load/ablation/bypass.ts';
import { readSource } from '../../../src/load/ablation/read-source.ts';
import { dataSteps, parseStep, type Source, stepName } from '../../../src/load/ablation/step.ts';
import { leaveOut, variantName, variantText } from '../../../src/load/ablation/variant.ts';
import type { PipelineFile, PipelineStage } from '../../../src/types/generated/pipeline-file.ts';

const repository = new URL('../../../', import.meta.url).pathname.replace(/\/$/, '');
const project = { root: repository, artifacts: `${repository}/artifacts` };

const sourceOf = async (file: string): Promise<Source> => (await readSource({ project, file }))!;

/** The types are those of Stemma; the JSON is given. */
const withStages = async (stages: Readonly<Record<string, PipelineStage>>): Promise<Source> => {
  const { types } = await sourceOf('penguins');
  return { types, json: { name: 'p', stages } as PipelineFile };
};

const without = (bypassed: ReturnType<typeof bypass>) => {
  if (!bypassed.ok) throw new Error(bypassed.why);
  return bypassed;
};

describe('the data steps of a pipeline', () => {
  it('are its stages that work on the data, and what a clean and a normalize do', async () => {
    expect(dataSteps(await sourceOf('penguins')).map(stepName)).toEqual([
      'clean',
      'clean.map',
      'clean.missing',
      'clean.duplicates',
      'normalize.method',
      'augment',
    ]);
  });

  it('do not tell a clean from the one thing that it does', async () => {
    expect(dataSteps(await sourceOf('mnist')).map(stepName)).toEqual(['clean', 'normalize.method', 'augment']);
  });

  it('have names that can be read back', () => {
    for (const name of ['augment', 'clean.duplicates']) expect(stepName(parseStep(name)!)).toBe(name);
    expect(parseStep('a.b.c')).toBeUndefined();
    expect(parseStep('')).toBeUndefined();
  });
});

describe('bypass', () => {
  it('gives readers the dep whose rows the out holds, and leaves out what may be missing', async () => {
    const source = await sourceOf('penguins');
    const { json, without: notGiven, dropped } = without(bypass('augment', source, ['train']));
    expect(json.stages['train']!.deps).toEqual({
      train: 'normalize.train',
      validation: 'normalize.validation',
      fitted: 'normalize.fitted',
    });
    const { preview, ...others } = source.json.stages['report']!.deps!;
    expect(preview).toBe('augment.preview');
    expect(json.stages['report']!.deps).toEqual(others);
    expect(notGiven).toEqual(['report.preview']);
    expect(dropped).toEqual([]);
    expect(Object.keys(json.stages)).not.toContain('augment');
  });

  it('goes from split to split, and hands on what was fitted before', async () => {
    const { json } = without(bypass('normalize', await sourceOf('penguins'), ['train']));
    expect(json.stages['augment']!.deps).toEqual({ train: 'split.train' });
    expect(json.stages['train']!.deps).toMatchObject({ validation: 'split.validation' });
  });

  it('refuses where what is judged would lack a dep, and drops what nobody needs', async () => {
    const source = await withStages({
      features: { run: ['make'], deps: { table: { path: 'a.csv' } }, outs: { made: 'made.csv' } },
      fit: { run: ['fit'], deps: { in: 'features.made' }, outs: { model: 'm' } },
      plot: { run: ['plot'], deps: { in: 'features.made' }, outs: { chart: 'c' } },
      page: { run: ['page'], deps: { in: 'plot.chart' }, outs: { html: 'h' } },
    });
    expect(bypass('features', source, ['fit'])).toEqual({
      ok: false,
      why: 'stage "fit" needs features.made, and no dep holds the same rows',
    });
    expect(bypass('features', source, [])).toMatchObject({ ok: true, dropped: ['fit', 'plot', 'page'] });
  });

  it('takes the dep that a command declares as the rows of its out, or the one of the same name', async () => {
    const source = await withStages({
      noise: {
        run: ['noise'],
        deps: { clean: { path: 'a.csv' }, table: { path: 'b.csv' } },
        outs: { train: { path: 't', rows: 'clean' }, table: 'u' },
      },
      fit: { run: ['fit'], deps: { a: 'noise.train', b: 'noise.table' }, outs: { model: 'm' } },
    });
    expect(without(bypass('noise', source, ['fit'])).json.stages['fit']!.deps).toEqual({
      a: { path: 'a.csv' },
      b: { path: 'b.csv' },
    });
  });

  it('changes no byte of a stage that does not read the one that is left out', async () => {
    const kinds = fc.array(fc.record({ reads: fc.array(fc.nat(), { maxLength: 3 }) }), { minLength: 2, maxLength: 9 });
    const { types } = await sourceOf('penguins');
    fc.assert(
      fc.property(kinds, fc.nat(), (chain, chosen) => {
        const names = chain.map((_, at) => `s${at}`);
        const stages = Object.fromEntries(
          chain.map(({ reads }, at): [string, PipelineStage] => {
            const above = at === 0 ? [] : [...new Set(reads.map((each) => each % at))];
            const deps = Object.fromEntries([
              ['train', above.length === 0 ? { path: 'a.csv' } : `s${above[0]}.train`],
              ...above.slice(1).map((each) => [`d${each}`, `s${each}.train`]),
            ]);
            return [names[at]!, { run: ['x'], deps, outs: { train: 't' } } as PipelineStage];
          }),
        );
        const name = names[chosen % names.length]!;
        const { json, dropped } = without(bypass(name, { types, json: { stages } as PipelineFile }, names));
        expect(dropped).toEqual([]);
        expect(Object.keys(json.stages)).toEqual(names.filter((each) => each !== name));
        for (const [each, stage] of Object.entries(json.stages)) {
          const before = JSON.stringify(stages[each]);
          const stands = JSON.stringify(stages[name]!.deps!['train']);
          expect(JSON.stringify(stage)).toBe(before.replaceAll(`"${name}.train"`, stands));
        }
      }),
    );
  });
});

describe('leaving out a param', () => {
  it('takes its key away, and nothing else', async () => {
    const source = await sourceOf('penguins');
    const { json } = without(leaveOut({ kind: 'param', stage: 'clean', param: 'missing' }, source, ['train']));
    expect(json.stages['clean']!.params).toEqual({ map: { Sex: { '.': null } }, duplicates: 'drop' });
    expect({ ...json.stages, clean: undefined }).toEqual({ ...source.json.stages, clean: undefined });
  });

  it('sets a method to none where that is no default', async () => {
    const step = { kind: 'param', stage: 'normalize', param: 'method' } as const;
    const { json } = without(leaveOut(step, await sourceOf('penguins'), ['train']));
    expect(json.stages['normalize']!.params).toEqual({ method: 'none' });
  });
});

describe('the file of a variant', () => {
  it('has a name, a seed and a schema that leads to the same place', async () => {
    const { json } = await sourceOf('penguins');
    const name = variantName('penguins', { kind: 'param', stage: 'clean', param: 'duplicates' });
    const as = { name, seed: 7, from: 'pipelines/penguins.json', to: `artifacts/.store/ablations-v1/${name}.json` };
    const written = JSON.parse(variantText(json, as)) as PipelineFile;
    expect(name).toBe('penguins--without-clean-duplicates');
    expect(written).toEqual({ ...json, $schema: '../../../schemas/pipeline.schema.json', name, seed: 7 });
  });
});
