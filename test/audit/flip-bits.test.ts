import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pages, published, storeKinds } from '../../src/audit/kinds.ts';
import { makeFolder, removeFolder } from '../rig/project.ts';
import { filesBelow } from '../rig/store.ts';
import { prepareEveryKind } from './every-kind.ts';
import { randomFrom, withFlip } from './flips.ts';
import { auditNow, told } from './rig.ts';

// A single flipped bit in any file is found, and that file is named: of every kind there is, at random places.

const root = makeFolder();
afterAll(() => removeFolder(root));
let prepared: Promise<unknown> | undefined;
const prepare = (): Promise<unknown> => {
  prepared ??= prepareEveryKind(root);
  return prepared;
};

const seed = Number(process.env['STEMMA_SEED'] ?? 1);
const flips = process.env['STEMMA_NIGHTLY'] === '1' ? 400 : 12;

test('nothing is wrong before', async () => {
  await prepare();
  expect(told(await auditNow(root))).toEqual([]);
});

/** Files below the project, by the form of a path relative to `artifacts/`. */
const filesOf = (form: RegExp): string[] =>
  filesBelow(join(root, 'artifacts'))
    .filter((path) => form.test(path))
    .map((path) => `artifacts/${path}`);

test('every file below artifacts/ is of a kind, and every kind that is checked has one', async () => {
  await prepare();
  const outs =
    /^(p\/(copy\/(tree\/.*|deep\/table\.csv)|count\/count\.txt|keep\/out\.txt)|q\/follow\/o|g\/(train\/model|evaluate|gate)\/[^/]+)$/;
  const forms = [...storeKinds.map(({ form }) => form), pages, outs, published, publishedNow];
  const strange = filesBelow(join(root, 'artifacts')).filter((path) => !forms.some((form) => form.test(path)));
  expect(strange).toEqual([]);
  const kinds = [
    ...storeKinds.filter(({ checked }) => checked !== 'not').map(({ form }) => form),
    pages,
    outs,
    publishedNow,
  ];
  expect(kinds.filter((form) => filesOf(form).length === 0)).toEqual([]);
  // What is not checked says why.
  expect(storeKinds.filter(({ checked, reason }) => (checked === 'not') !== (reason !== undefined))).toEqual([]);
});

/** By way of the link. */
const publishedNow = /^[^/]+\/accepted\//;

const checkedKinds: readonly [name: string, form: RegExp][] = [
  ...storeKinds.filter(({ checked }) => checked !== 'not').map(({ form }): [string, RegExp] => [form.source, form]),
  ['pages of runs', pages],
  ['what is published', publishedNow],
  ['outs of a folder', /^p\/copy\/tree\//],
  ['outs that are files', /^(p\/copy\/deep\/table\.csv|p\/count\/|p\/keep\/|q\/follow\/)/],
];

const expectNamed = async (path: string, place: { readonly byte: number; readonly bit: number }): Promise<void> => {
  const result = await withFlip(join(root, path), place, () => auditNow(root));
  const named = [...new Set(result.findings.map((finding) => finding.path))];
  expect(named, `seed ${seed}: bit ${place.bit} of byte ${place.byte} of ${path} was flipped`).toEqual([path]);
};

describe('a flipped bit is found, and its file is named alone', () => {
  test.each(checkedKinds)('in %s', async (_, form) => {
    await prepare();
    const random = randomFrom(seed);
    const files = filesOf(form).filter((path) => statSync(join(root, path)).size > 0);
    for (let i = 0; i < flips; i++) {
      const path = files[random(files.length)]!;
      await expectNamed(path, { byte: random(statSync(join(root, path)).size), bit: random(8) });
    }
  });

  test('in what was published before', async () => {
    await prepare();
    const [old] = filesOf(/^g\/\.accepted\//).filter((path) => path.endsWith('weights'));
    await expectNamed(old!, { byte: 0, bit: 1 });
  });

  test.each(['data/many/33/x', 'data/b.csv', 'data/in.txt', 'tools/count.sh', 'elsewhere/words/list/w.txt'])(
    'in %s, which no stage made',
    async (path) => {
      await prepare();
      const place = { byte: 0, bit: 1 };
      const { findings } = await withFlip(join(root, path), place, () => auditNow(root));
      expect(findings.map(({ code, path: named }) => [code, named.replace('node_modules', 'elsewhere')])).toEqual([
        ['input-changed', path],
      ]);
    },
  );
});
