import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { encoderOf } from '../../../src/learn/data/tokenizers/encode.ts';
import { readTokenizer } from '../../../src/learn/data/tokenizers/read-tokenizer.ts';
import { parse } from '../../../src/learn/json.ts';
import { buildPrefix } from '../../../src/learn/models/cut.ts';
import { builtFrom } from '../../../src/learn/pretrained/architecture.ts';
import { readWeights } from '../../../src/learn/pretrained/read-weights.ts';
import { choices } from '../../learn/backends/on-backend.ts';
import { named, type Reader } from './reader.ts';

// Weights and tokenizers that other programs wrote.

const stageError = named('StageError');

const pretrainedReader = (file: string, sources: readonly string[], runs: number): Reader => ({
  name: `pretrained weights ${file}`,
  sources: ['src/learn/pretrained/read-weights.ts', ...sources],
  prepare: (folder) => {
    writeFileSync(join(folder, file), readFileSync(join(import.meta.dirname, '../../learn/pretrained/files', file)));
    return file;
  },
  read: (folder) => readWeights(join(folder, file)),
  tells: stageError,
  runs,
});

const tokenizerReader = (file: string, source: string, beside: readonly string[] = []): Reader => ({
  name: `a tokenizer ${file}`,
  sources: ['src/learn/data/tokenizers/read-tokenizer.ts', `src/learn/data/tokenizers/${source}`],
  prepare: (folder) => {
    const from = join(import.meta.dirname, '../../learn/data/tokenizers/files');
    for (const name of [file, ...beside]) writeFileSync(join(folder, name), readFileSync(join(from, name)));
    return file;
  },
  read: async (folder) => {
    const path = join(folder, file === 'merges.txt' ? 'vocab.json' : file);
    const tokenizer = await readTokenizer(path, { lowerCase: true, pad: undefined });
    encoderOf(tokenizer)('A naïve text, 日本 🎉 [SEP].');
  },
  tells: stageError,
});

const layersModelReader: Reader = {
  name: 'model.json of a layers model of another program',
  sources: ['src/learn/pretrained/layers-model.ts'],
  prepare: (folder) => {
    const entry = { name: 'a', shape: [2], dtype: 'float32', quantization: { dtype: 'uint8', scale: 1, min: 0 } };
    const manifest = { modelTopology: {}, weightsManifest: [{ paths: ['w.bin'], weights: [entry] }] };
    mkdirSync(join(folder, 'model'));
    writeFileSync(join(folder, 'model/model.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'model/w.bin'), Buffer.of(1, 2));
    return 'model/model.json';
  },
  read: (folder) => readWeights(join(folder, 'model')),
  tells: stageError,
};

const indexReader: Reader = {
  name: 'an index of safetensors',
  sources: ['src/learn/pretrained/safetensors-file.ts'],
  prepare: (folder) => {
    const from = join(import.meta.dirname, '../../learn/pretrained/files/wide.safetensors');
    mkdirSync(join(folder, 'model'));
    writeFileSync(join(folder, 'model/a.safetensors'), readFileSync(from));
    const index = { weight_map: { 'head.bias': 'a.safetensors' } };
    writeFileSync(join(folder, 'model/model.safetensors.index.json'), JSON.stringify(index));
    return 'model/model.safetensors.index.json';
  },
  read: (folder) => readWeights(join(folder, 'model'), { file: 'model.safetensors.index.json' }),
  tells: stageError,
};

const described = { class_name: 'Conv2D', config: { name: 'conv', filters: 2, kernel_size: [2, 2], strides: [1, 1], activation: 'relu', kernel_regularizer: { class_name: 'L2', config: { l2: 0.1 } } } }; // biome-ignore format: one layer

const architectureReader: Reader = {
  name: "the layers in a layers model's model.json",
  sources: ['src/learn/pretrained/architecture.ts'],
  prepare: async (folder) => {
    await startBackend(choices.wasm);
    const layers = [
      { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 4, 4, 1] } },
      described,
      { class_name: 'Flatten', config: { name: 'flat' } },
      { class_name: 'Dense', config: { name: 'dense', units: 3 } },
    ];
    writeFileSync(join(folder, 'topology.json'), JSON.stringify({ class_name: 'Sequential', config: { layers } }));
    return 'topology.json';
  },
  read: (folder) => {
    const architecture: unknown = parse(readFileSync(join(folder, 'topology.json'), 'utf8'), 'topology.json');
    const given = { shape: { features: [4, 4, 1], outputs: 2 }, masks: { seed: 1, step: 0 } };
    builtFrom({ architecture, file: 'topology.json' }, (base) =>
      buildPrefix({ cut: -1 }, base, given),
    ).network.dispose();
  },
  tells: stageError,
};

export const foreignReaders: readonly Reader[] = [
  architectureReader,
  tokenizerReader('bert-uncased.json', 'tokenizer-json.ts'),
  tokenizerReader('roberta.json', 'tokenizer-json.ts'),
  tokenizerReader('vocab.txt', 'vocabulary.ts'),
  tokenizerReader('vocab.json', 'vocabulary.ts', ['merges.txt']),
  tokenizerReader('merges.txt', 'vocabulary.ts', ['vocab.json']),
  layersModelReader,
  indexReader,
  pretrainedReader('cnn.keras', ['src/learn/pretrained/keras-file.ts'], 30),
  pretrainedReader('cnn.h5', ['src/learn/pretrained/hdf5.ts', 'src/learn/pretrained/keras-file.ts'], 60),
  pretrainedReader('cnn.weights.h5', ['src/learn/pretrained/hdf5.ts', 'src/learn/pretrained/keras-names.ts'], 60),
  pretrainedReader('wide.safetensors', ['src/learn/pretrained/safetensors-file.ts'], 60),
];
