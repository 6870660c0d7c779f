import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { findTensorflow, listInstalled } from '../../../src/machine/tensorflow/find.ts';
import type { Reader } from './reader.ts';

// Files of the user's cache folder.

const installation = {
  format: 'stemma-tensorflow-v1',
  tensorflow: '2.21.0',
  addon: '4.22.0',
  device: 'gpu',
  system: { platform: process.platform, arch: process.arch, nodeApi: 8 },
  source: { kind: 'pip', name: 'tensorflow-2.21.0.whl', sha256: 'a'.repeat(64) },
  libraryFolders: ['lib', '/opt/cuda/lib64'],
  files: [{ path: 'binding.node', bytes: 1, sha256: 'b'.repeat(64) }],
};

export const machineReaders: readonly Reader[] = [
  {
    name: 'an installation of TensorFlow',
    sources: ['src/machine/tensorflow/find.ts'],
    prepare: (folder) => {
      const file = 'backends/tensorflow-2.21.0-gpu/installation.json';
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), JSON.stringify(installation));
      return file;
    },
    read: (folder) => {
      for (const installed of [findTensorflow(folder), ...listInstalled(folder)].filter((each) => each !== undefined)) {
        if (!installed.libraryFolders.every((path) => isAbsolute(path))) throw new Error('a relative path');
        installed.installation.files.map(({ path, bytes, sha256 }) => path.slice(bytes) + sha256.slice(1));
        installed.installation.source.name.slice(1);
      }
    },
  },
];
