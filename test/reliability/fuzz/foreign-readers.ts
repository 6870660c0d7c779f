import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encoderOf } from '../../../src/learn/data/tokenizers/encode.ts';
import { readTokenizer } from '../../../src/learn/data/tokenizers/read-tokenizer.ts';
import { readWeights } from '../../../src/learn/pretrained/read-weights.ts';
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

export const foreignReaders: readonly Reader[] = [
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
