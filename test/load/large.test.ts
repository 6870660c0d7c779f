import { describe, expect, it } from 'vitest';
import { codesOf, load, loadRight } from './temporary-project.ts';

const chain = (size: number): object => ({
  stages: Object.fromEntries(
    Array.from({ length: size }, (_, index) => [
      `s${index}`,
      {
        run: ['node', 'step.mjs', '{deps.x}', '{outs.y}'],
        deps: { x: index === 0 ? { path: 'x.csv' } : `s${index - 1}.y` },
        outs: { y: 'y' },
      },
    ]),
  ),
});

describe('a large pipeline', () => {
  it('of 10,000 stages in a chain is loaded in its order', async () => {
    const { stages } = await loadRight(chain(10_000), { 'x.csv': '', 'step.mjs': '' });
    expect(stages.size).toBe(10_000);
    expect([...stages.keys()].at(-1)).toBe('s9999');
    expect(stages.get('s9999')).toMatchObject({ programFiles: ['step.mjs'], upstream: ['s9998'] });
  });

  it('of 10,000 mistakes has 10,000 diagnostics with their places', async () => {
    const result = await load(chain(10_000), { 'step.mjs': '' }, { set: [] });
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'file-not-found' }] });
    const wrong = JSON.stringify(chain(10_000)).replaceAll('"outs"', '"out"');
    const told = await load(wrong, { 'step.mjs': '' });
    const diagnostics = told.ok ? [] : told.diagnostics.filter(({ code }) => code === 'unknown-key');
    expect(diagnostics).toHaveLength(10_000);
    expect(diagnostics.every(({ place }) => place!.text.slice(place!.column - 1).startsWith('"out"'))).toBe(true);
  });

  it('of 10 MB is loaded', async () => {
    const values = Array.from({ length: 1_000_000 }, (_, index) => index * 1.5);
    const { stages } = await loadRight({ stages: { a: { run: ['true'], params: { values } } } });
    expect(stages.get('a')!.params['values']).toHaveLength(1_000_000);
  });

  it('nested 10,000 levels deep has a diagnostic', async () => {
    const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    expect(await codesOf(`{ "stages": { "a": { "run": ["true"], "params": { "x": ${nested} } } } }`)).toEqual([
      'too-deep',
    ]);
    expect(await codesOf('{"a":'.repeat(10_000))).toEqual(['too-deep']);
    expect(await codesOf('['.repeat(1_000_000))).toEqual(['too-deep']);
  });
});
