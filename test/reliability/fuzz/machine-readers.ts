import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { readProbe } from '../../../src/machine/probe.ts';
import { findTensorflow, listInstalled } from '../../../src/machine/tensorflow/find.ts';
import { placeOf, withWheel } from '../../../src/machine/tensorflow/wheel.ts';
import { cpuWheelName, tensorflowMembers, writeWheel } from '../../machine/wheels.ts';
import { named, type Reader } from './reader.ts';

// Files of the user's cache folder, and what is unpacked into it.

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
  {
    name: 'what a backend said of itself',
    sources: ['src/machine/probe.ts'],
    prepare: (folder) => {
      const adapter = { name: 'NVIDIA H100', vendor: 'nvidia', architecture: 'hopper', software: false };
      const probe = { works: true, adapters: [adapter] };
      writeFileSync(join(folder, 'probe.json'), JSON.stringify(probe));
      return 'probe.json';
    },
    read: (folder) => {
      const probe = readProbe(join(folder, 'probe.json'));
      if (probe?.works === false) probe.why.slice(1);
      else for (const { name, vendor } of probe?.adapters ?? []) name.slice(1) + vendor.slice(1);
    },
  },
  {
    name: 'a wheel',
    sources: ['src/machine/tensorflow/wheel.ts'],
    prepare: (folder) => {
      writeWheel(join(folder, cpuWheelName), tensorflowMembers({ cuda: false }));
      return cpuWheelName;
    },
    read: (folder) =>
      withWheel(join(folder, cpuWheelName), async ({ members, extract, text }) => {
        const options = { signal: new AbortController().signal, onBytes: () => {} };
        for (const [i, member] of members.entries()) {
          placeOf(join(folder, 'out'), member.path);
          await extract(member, join(folder, 'out', `${i}`), options);
          if ((await text(member)).length > member.bytes) throw new Error('more than the directory promises');
        }
      }),
    tells: named('InstallProblem'),
    runs: 60,
  },
];
