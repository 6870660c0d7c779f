import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BackendChoice } from '../types/stage.ts';

/**
 * The backend that a stage will run on, from what the pipeline or `--backend` asks for; without loading TensorFlow.js.
 * `auto` takes the first that works on every machine. The number of threads is fixed, not the number of cores:
 * it can change the last bits of a sum, so it belongs to the fingerprint.
 */
export const resolveBackend = (asked: 'auto' | BackendChoice['name']): BackendChoice => {
  const name = asked === 'auto' ? 'wasm' : asked;
  return {
    name,
    version: versionOf(`@tensorflow/tfjs-backend-${name}`),
    device: 'cpu',
    threads: 1,
    deterministic: true,
  };
};

const versionOf = (name: string): string => {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};
