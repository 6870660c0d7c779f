import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/learn/backends/backend.ts';
import { type LoadOptions, loadPretrained } from '../../../src/learn/pretrained/load.ts';
import { readWeights } from '../../../src/learn/pretrained/read-weights.ts';
import { choices } from '../backends/on-backend.ts';
import { distance, fileOf, networks } from './networks.ts';

beforeAll(() => startBackend(choices.cpu));

const plain: LoadOptions = { map: [], allowMissing: [], layout: undefined };

describe('a network with the weights of a file gives the outputs of the network that wrote it', () => {
  it.each([
    ['cnn.keras', 'keras cnn', () => networks.cnn()],
    ['cnn.h5', 'keras cnn', () => networks.cnn()],
    ['cnn.weights.h5', 'keras cnn', () => networks.cnn()],
    ['cnn.safetensors', 'torch cnn', () => networks.cnn([2, 3])],
    ['wide.safetensors', 'torch wide', networks.wide],
  ])('%s', async (file, outputs, make) => {
    const network = make();
    const report = loadPretrained(network, await readWeights(fileOf(file)), plain);
    expect(report).toMatchObject({ file, missing: [], unexpected: [], misshapen: [] });
    expect(distance(network, 'images', outputs)).toBeLessThan(1e-5);
  });

  it.each([
    ['lstm.keras', 'keras lstm'],
    ['lstm.h5', 'keras lstm'],
    ['lstm.safetensors', 'torch lstm'],
  ])('%s', async (file, outputs) => {
    const network = networks.lstm();
    const report = loadPretrained(network, await readWeights(fileOf(file)), plain);
    expect(report).toMatchObject({ missing: [], unexpected: [], misshapen: [] });
    expect(distance(network, 'ids', outputs)).toBeLessThan(1e-5);
  });
});
