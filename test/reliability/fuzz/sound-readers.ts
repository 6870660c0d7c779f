import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSound } from '../../../src/learn/data/ingest/sounds/decode.ts';
import { wavOf } from '../../rig/wav.ts';
import type { Reader } from './reader.ts';

const samples = Float32Array.from({ length: 60 }, (_, at) => Math.sin(at / 3));

/** Sounds of each encoding: what is damaged is samples, or a reason in words. */
export const soundReaders: readonly Reader[] = [
  { bits: 8 as const },
  { bits: 16 as const },
  { bits: 24 as const },
  { bits: 32 as const, floats: true },
].map((how) => ({
  name: `a sound of ${how.bits} bits`,
  sources: ['src/learn/data/ingest/sounds/decode.ts'],
  prepare: (folder) => {
    writeFileSync(join(folder, 'sound.wav'), wavOf({ channels: [samples, samples], ...how }));
    return 'sound.wav';
  },
  read: (folder) => {
    const sound = decodeSound(readFileSync(join(folder, 'sound.wav')));
    if ('why' in sound ? sound.why === '' : !sound.samples.every(Number.isFinite)) throw new RangeError('no reason');
  },
}));
