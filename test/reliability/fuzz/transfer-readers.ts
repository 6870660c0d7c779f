import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { readPrefix, savePrefix } from '../../../src/learn/embed/prefix.ts';
import { boxSetOf } from '../../../src/learn/evaluation/boxes/match.ts';
import { readBoxes } from '../../../src/learn/evaluation/boxes/read.ts';
import { evaluateClasses } from '../../../src/learn/evaluation/evaluate.ts';
import { buildNetwork } from '../../../src/learn/models/presets.ts';
import { run as compareStage } from '../../../stages/compare/run.ts';
import { choices } from '../../learn/backends/on-backend.ts';
import { modelParams } from '../../learn/training/defaults.ts';
import { runStage } from '../../stages/context.ts';
import { named, type Reader } from './reader.ts';

// What train and compare read of embed's and evaluate's outs.

const stageError = named('StageError');

const prefixReader = (file: string): Reader => ({
  name: `${file} of a prefix`,
  sources: ['src/learn/embed/prefix.ts'],
  prepare: async (folder) => {
    await startBackend(choices.wasm);
    const shape = { features: [2], outputs: 2 };
    const network = buildNetwork(modelParams({ preset: 'mlp', units: [2] }), shape, { seed: 1, step: 0 });
    const card = {
      format: 'stemma-prefix-v1' as const,
      features: { shape: [2], names: ['a', 'b'] },
      ...{ column: 'embedding-0123abcd', shape: [2] },
      pretrained: { file: 'model.json', sha256: '0'.repeat(64), cut: 'head', pooling: 'none' as const },
    };
    await savePrefix(join(folder, 'prefix'), { network, card });
    return `prefix/${file}`;
  },
  read: async (folder) => {
    const { network } = await readPrefix(join(folder, 'prefix'));
    network.dispose();
  },
  tells: stageError,
  runs: 40,
});

const comparedReader: Reader = {
  name: 'an evaluation that is compared',
  sources: ['stages/compare/run.ts'],
  prepare: (folder) => {
    const evaluated = evaluateClasses(Float32Array.of(0.9, 0.1, 0.2, 0.8), {
      ...{ ids: ['a', 'b'], targetName: 'y', target: Int32Array.of(0, 1), classes: ['n', 'p'] },
      ...{ metrics: ['accuracy'], wrong: 0, describe: () => ({}) },
    });
    writeFileSync(join(folder, 'evaluation.json'), JSON.stringify(evaluated));
    return 'evaluation.json';
  },
  read: async (folder) => {
    const path = join(folder, 'evaluation.json');
    await runStage(compareStage, folder, { type: 'compare', deps: { baseline_1: path, candidate_1: path } });
  },
  tells: stageError,
  runs: 40,
};

const boxesReader = (name: string, boxes: string): Reader => ({
  name: `boxes as ${name}`,
  sources: ['src/learn/evaluation/boxes/read.ts'],
  prepare: (folder) => {
    writeFileSync(join(folder, 'boxes'), boxes);
    return 'boxes';
  },
  read: async (folder) => {
    const file = await readBoxes(join(folder, 'boxes'), 'actual');
    boxSetOf(file, { name: 'predicted', rows: [] });
  },
  tells: stageError,
});

const box = '{"image":1,"label":"cat","box":[1,2,3,4]}';
const annotated = {
  ...{ images: [{ id: 1 }], categories: [{ id: 3, name: 'cat' }] },
  annotations: [{ image_id: 1, category_id: 3, bbox: [1, 2, 3, 4], iscrowd: 0 }],
};

export const transferReaders: readonly Reader[] = [
  boxesReader('JSON lines', `${box}\n${box}\n`),
  boxesReader("COCO's annotations", JSON.stringify(annotated)),
  prefixReader('prefix.json'),
  prefixReader('model.json'),
  comparedReader,
];
