import { describe, expect, test } from 'vitest';
import { backendEnvironment } from '../../src/machine/backend-environment.ts';
import { openMachine } from '../../src/machine/machine.ts';
import { askForAdapters, tryBackend } from '../../src/machine/trial.ts';
import { type Card, environmentWith, noCards } from '../rig/cards.ts';
import { temporaryFolder } from '../rig/project.ts';

if (noCards !== undefined) console.log(`Adapters are not tested: ${noCards}`);

const signal = new AbortController().signal;

const soft = (name: string): Card => ({ name, kind: 'software' });

const environmentOf = (cards: readonly Card[]) =>
  backendEnvironment(webgpu, { environment: { PATH: process.env['PATH'], ...environmentWith(cards) } });

const webgpu = { name: 'webgpu', version: '4.22.0', device: 'cpu', threads: 1, deterministic: false } as const;

const namesOf = async (cards: readonly Card[]): Promise<readonly string[]> => {
  const found = await askForAdapters({ environment: environmentOf(cards), signal });
  if (typeof found === 'string') throw new Error(found);
  return found.map(({ name }) => name);
};

const tryOn = (adapter: string, cards: readonly Card[]) =>
  tryBackend({ backend: { ...webgpu, adapter }, measure: false, environment: environmentOf(cards), signal });

describe.skipIf(noCards !== undefined)('adapters', { timeout: 120_000 }, () => {
  test('are listed by what their drivers call them, hardware first', async () => {
    const cards: readonly Card[] = [soft('Soft (TM) 1'), { name: 'Card, 2nd', kind: 'discrete' }];
    expect(await askForAdapters({ environment: environmentOf(cards), signal })).toEqual([
      { name: 'Card, 2nd', vendor: 'google', architecture: 'swiftshader', software: false },
      { name: 'Soft (TM) 1', vendor: 'google', architecture: 'swiftshader', software: true },
    ]);
  });

  test('that Dawn cannot tell apart are one', async () => {
    expect(await namesOf([soft('Card'), soft('Card')])).toEqual(['Card']);
    // Vulkan's loader takes the last driver first, and Dawn the first name that has in it what was asked for.
    expect(await namesOf([soft('Card'), soft('Card Ti')])).toEqual(['Card Ti']);
    expect((await namesOf([soft('Card Ti'), soft('Card')])).toSorted()).toEqual(['Card', 'Card Ti']);
  });

  test('are none where there is no driver', async () => {
    expect(await namesOf([])).toEqual([]);
  });

  test('compute each by itself, though another comes first', async () => {
    const [, second] = await namesOf([soft('One'), soft('Two')]);
    const tried = await tryOn(second!, [soft('One'), soft('Two')]);
    expect(tried).toMatchObject({ works: true, backend: { name: 'webgpu', device: 'cpu' } });
  });

  test('are never taken for another', async () => {
    expect(await tryOn('Three', [soft('One'), soft('Two')])).toMatchObject({
      works: false,
      reason: expect.stringMatching(/does not find the adapter "Three" here, but "(One|Two)", "(One|Two)"$/),
      hint: '`stemma doctor` lists the adapters',
    });
    expect(await tryOn('Card', [soft('Card Ti')])).toMatchObject({
      works: false,
      reason: 'backend webgpu was to compute on the adapter "Card", and gets "card-ti"',
    });
  });
});

describe.skipIf(noCards !== undefined)('a machine', { timeout: 120_000 }, () => {
  const look = (cards: readonly Card[]) => {
    const environment = { PATH: process.env['PATH'], STEMMA_CACHE_DIR: temporaryFolder(), ...environmentWith(cards) };
    return openMachine({ environment, root: temporaryFolder() }).look({ name: 'webgpu', device: 'gpu' });
  };

  test('gives stages its hardware alone, once that has trained', async () => {
    expect(await look([{ name: 'Card', kind: 'discrete' }, soft('Soft')])).toEqual({
      ...{ kind: 'there', version: '4.22.0', described: 'Card' },
      adapters: [expect.objectContaining({ name: 'Card', software: false })],
    });
  });

  test('with none but software adapters has them all, for those who insist', async () => {
    expect(await look([soft('One'), soft('Two')])).toMatchObject({ kind: 'there', software: true, adapters: [{}, {}] });
  });
});
