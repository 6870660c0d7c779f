import { createRequire } from 'node:module';
import type { BackendName } from '../types/stage.ts';

/** Version of the npm package that implements a backend: of every backend but `tensorflow`. */
export const versionOf = (name: BackendName): string =>
  (createRequire(import.meta.url)(`@tensorflow/tfjs-backend-${name}/package.json`) as { version: string }).version;
