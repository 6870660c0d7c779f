// Writes sounds: tones that fall, rise and stay, at any pitch and with noise, so that no sample, and no frequency by itself,
// says which it is. A folder for each kind, with WAV files of a fifth of a second at 8,000 samples a second.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { outs, params } = JSON.parse(readFileSync(process.env.STEMMA_ORDER, 'utf8'));
const [rate, length] = [8000, 1600];

// Numbers from 0 to 1 by the multiplier of Park and Miller, Communications of the ACM 31 (1988).
let state = 20;
const random = () => {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
};

const wav = (samples) => {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  for (const [place, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ])
    file.writeUInt16LE(value, place);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(2 * rate, 28);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(2 * samples.length, 40);
  for (const [at, sample] of samples.entries()) file.writeInt16LE(Math.round(32767 * sample), 44 + 2 * at);
  return file;
};

for (const [kind, slope] of [
  ['falling', -4000],
  ['rising', 4000],
  ['steady', 0],
]) {
  mkdirSync(join(outs.sounds, kind), { recursive: true });
  for (let each = 0; each < params.each; each += 1) {
    const [middle, loud, phase] = [1700 + 600 * random(), 0.2 + 0.5 * random(), 2 * Math.PI * random()];
    const samples = Array.from({ length }, (_, at) => {
      const t = (at - length / 2) / rate;
      return loud * Math.sin(phase + 2 * Math.PI * (middle + (slope / 2) * t) * t) + 0.2 * (random() - 0.5);
    });
    writeFileSync(join(outs.sounds, kind, `${String(each).padStart(3, '0')}.wav`), wav(samples));
  }
}
