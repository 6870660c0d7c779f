import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestJson } from '../../src/fingerprint/canonical.ts';
import { loadPipeline } from '../../src/load/load-pipeline.ts';
import { makeFolder, openProject, removeFolder, type TestProject } from '../rig/project.ts';
import { furnish } from './conduct.ts';
import { experiments, readRecord, recorded } from './experiments.ts';
import { numbersIn, readPage, rewritePage, shownOf } from './page.ts';
import { practices } from './practices.ts';

const expected = (name: string) => shownOf(name, experiments[name]!, readRecord(name));
// `STEMMA_PRACTICES=page npx vitest run test/practices/page.test.ts` writes the figures into the page.
if (process.env['STEMMA_PRACTICES'] === 'page')
  rewritePage((name) => (recorded().includes(name) ? expected(name) : ''));

const page = readPage();
const shown = page.sections.flatMap(({ figures }) => figures);
const of = (title: string) => page.sections.find((section) => section.title === title);

describe('docs/practices.md', () => {
  it('has a section for each practice, in the order of the list', () => {
    const titles = page.sections.map(({ title }) => title);
    expect(titles.filter((title) => title in practices)).toEqual(Object.keys(practices));
  });

  it('shows each experiment once, and no other', () => {
    expect(shown.map(([name]) => name).toSorted()).toEqual(Object.keys(experiments).toSorted());
  });

  it('has a record of each experiment, and no other', () => {
    expect(recorded().toSorted()).toEqual(Object.keys(experiments).toSorted());
  });

  it.each(shown)('shows of %s what its record says', (name, text) => {
    expect(text).toBe(expected(name));
  });

  it.each(page.sections.map(({ title }) => title))('has no number in "%s" that its figures lack', (title) => {
    const { text, figures } = of(title)!;
    const tables = figures.map(([, table]) => table).join('\n');
    expect(numbersIn(text).filter((number) => !tables.includes(number))).toEqual([]);
  });
});

const blocks = Object.entries(practices).flatMap(([title, pipeline]) =>
  (of(title)?.blocks ?? []).map((block) => ({ title, pipeline, block })),
);

describe('the JSON of docs/practices.md', () => {
  let project: TestProject;
  beforeAll(() => {
    project = openProject(makeFolder());
    furnish(project);
  });
  afterAll(() => removeFolder(project.root));

  it('is there for each practice', () => {
    const without = Object.keys(practices).filter((title) => !blocks.some((block) => block.title === title));
    expect(without).toEqual([]);
  });

  it.each(blocks)('$title: is sound in $pipeline', async ({ pipeline, block }) => {
    const { stages, ...rest } = JSON.parse(project.read(`pipelines/${pipeline}.json`)) as { stages: object };
    const parts = Object.entries(JSON.parse(block) as Record<string, object>);
    const isStage = ([, part]: [string, object]) => 'uses' in Object(part) || 'run' in Object(part);
    const text = JSON.stringify({
      ...rest,
      ...Object.fromEntries(parts.filter((part) => !isStage(part))),
      stages: { ...stages, ...Object.fromEntries(parts.filter(isStage)) },
    });
    const { root } = project;
    const place = { root, artifacts: join(root, 'artifacts') };
    expect(await loadPipeline({ project: place, file: `pipelines/${pipeline}.json`, text })).toMatchObject({
      ok: true,
    });
  });
});

describe.each(recorded())('the record of %s', (name) => {
  const { runs, stageRuns } = readRecord(name);
  const { seeds, arms, read } = experiments[name]!;

  it('has each arm with each seed, ended as it should', () => {
    const asked = seeds.flatMap((seed) => arms.map((arm) => ({ arm: arm.name, seed, exit: arm.exit ?? 0 })));
    expect(runs.map(({ arm, seed, exit }) => ({ arm, seed, exit }))).toEqual(asked);
  });

  it('names stage runs that it holds, with fingerprints of what it says went into them', () => {
    for (const digest of runs.flatMap(({ stages }) => Object.values(stages)))
      expect(stageRuns).toHaveProperty([digest]);
    for (const { fingerprint, fields } of Object.values(stageRuns)) expect(digestJson(fields)).toBe(fingerprint);
  });

  it('has its values from those stage runs', () => {
    for (const { arm, stages, values } of runs)
      for (const reading of read) {
        if (!('metric' in reading) || values[reading.name] === undefined) continue;
        const stage = arms.find((each) => each.name === arm)!.as?.[reading.stage] ?? reading.stage;
        expect(stageRuns[stages[stage]!]!.metrics![reading.metric]).toEqual(values[reading.name]);
      }
  });

  it('has shares that are what their parts make, and what a clock is in within its bounds', () => {
    for (const { values, parts } of runs)
      for (const { name: reading, over, measured } of read) {
        const value = values[reading];
        if (value === undefined) continue;
        expect(parts?.[reading] !== undefined).toBe(over !== undefined);
        if (over) expect(parts![reading]![0] / parts![reading]![1]).toBe(value);
        if (measured) expect(value).toBeGreaterThanOrEqual(measured.from);
        if (measured) expect(value).toBeLessThanOrEqual(measured.to);
      }
  });

  it('tells nothing of the place where it was made', () => {
    expect(JSON.stringify({ runs, stageRuns })).not.toMatch(/"\/|\/(?:tmp|home|root|work|dev)\//);
  });
});
