import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/diagnostics/catalogue.ts';
import { renderDiagnostics } from '../../src/diagnostics/render.ts';
import type { LoadRequest } from '../../src/load/load-pipeline.ts';
import { findProject, loadPipeline } from '../../src/load/load-pipeline.ts';

const fixtures = join(import.meta.dirname, '../fixtures/diagnostics');

/** Requests that are more than a pipeline's name. */
const requests: Readonly<Record<string, Partial<LoadRequest>>> = {
  'bad-set': { set: ['stages.tran.params.epochs=3', 'stages.train.run.0.x=1', 'retries', 'stages.train.retries=many'] },
  'unknown-backend': { backend: 'webasm' },
  'pipeline-not-found': { file: 'unknown-keys' },
};

/** Fixtures that are there for others to refer to; and metrics of one's own, or of one target of several. */
const right = ['other', 'leak-other', 'own-metric'];

let root = '';

/** A copy, with what cannot be checked in: an installed package, and a link that leads out. */
beforeAll(() => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stemma-diagnostics-')));
  root = join(folder, 'project');
  mkdirSync(root);
  for (const part of ['pipelines', 'stages', 'data'])
    cpSync(join(fixtures, part), join(root, part), { recursive: true });
  cpSync(join(fixtures, 'packages'), join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'outside.csv'), '');
  symlinkSync(join(folder, 'outside.csv'), join(root, 'data/link-out.csv'));
});

afterAll(() => rmSync(join(root, '..'), { recursive: true, force: true }));

const tell = async (name: string): Promise<string> => {
  const result = await loadPipeline({ project: findProject(root), file: name, ...requests[name] });
  return result.ok ? '' : renderDiagnostics(result.diagnostics).replaceAll(join(root, '..'), '<elsewhere>');
};

const names = readdirSync(join(fixtures, 'pipelines')).map((file) => file.replace(/\.json$/, ''));
const cases = [...new Set([...names, ...Object.keys(requests)])].filter((name) => !right.includes(name)).sort();

describe('what people are told', () => {
  it.each(cases)('%s', async (name) => {
    const told = await tell(name);
    if (name in catalogue) expect(told).toContain(`error[${name}]: `);
    await expect(told).toMatchFileSnapshot(join(fixtures, 'expected', `${name}.txt`));
  });

  it.each(right)('%s is right', async (name) => {
    expect(await tell(name)).toBe('');
  });
});

describe('the catalogue', () => {
  it('has a fixture for every code', () => {
    expect(Object.keys(catalogue).filter((code) => !cases.includes(code))).toEqual([]);
  });

  it('is documented in docs/diagnostics.md, code by code', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/diagnostics.md'), 'utf8');
    const documented = [...page.matchAll(/^## (.*)$/gm)].map(([, code]) => code);
    expect(documented).toEqual(Object.keys(catalogue).sort());
  });
});
